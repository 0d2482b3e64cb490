import { constants, fstatSync, openSync } from "node:fs";

/**
 * Opens a pipe anew, without blocking: to make the descriptor that was given non-blocking would do it to everyone who has
 * it. A write to a full pipe fails with `EAGAIN` then, so that the program goes on hearing signals.
 * @param fd a descriptor for writing
 * @returns undefined if it is no pipe, or another user's
 */
export function reopenPipe(fd: number): number | undefined {
  if (!fstatSync(fd).isFIFO()) return undefined;
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
