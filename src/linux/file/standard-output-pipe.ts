import { constants, fstatSync, openSync } from "node:fs";
import { descriptorPath } from "../ffi/file-descriptor.js";

/** Its descriptor. */
export const STANDARD_OUTPUT = 1;

let opened: { readonly fd: number | undefined } | undefined;

/**
 * Standard output, if it is a pipe, opened anew without blocking: to make the descriptor that was given non-blocking would
 * do it to everyone who has it. A write to a full pipe fails with `EAGAIN` then, so that the program goes on hearing
 * signals. It is opened at the first call, which has to come before root is given up: a pipe belongs to who made it.
 * @returns undefined if it is no pipe, or another user's
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
