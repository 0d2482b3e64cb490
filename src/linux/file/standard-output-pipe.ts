import { constants, fstatSync, openSync } from "node:fs";
import { descriptorPath } from "../ffi/file-descriptor.js";

/** The descriptor of standard output. */
export const STANDARD_OUTPUT = 1;

let opened: { readonly fd: number | undefined } | undefined;

/**
 * Reopens standard output without blocking, if it is a pipe. Making the inherited descriptor non-blocking would affect
 * all processes that share it. Writing to a full pipe then fails with `EAGAIN`, so that the program can still react to
 * signals. The pipe is opened at the first call, which must come before root privileges are given up, because a pipe
 * belongs to the user who created it.
 * @returns the new descriptor; undefined if standard output isn't a pipe, or is another user's
 */
export function standardOutputPipe(): number | undefined {
  opened ??= { fd: reopen() };
  return opened.fd;
}

function reopen(): number | undefined {
  if (!fstatSync(STANDARD_OUTPUT).isFIFO()) return undefined;
  try {
    return openSync(descriptorPath(STANDARD_OUTPUT), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
