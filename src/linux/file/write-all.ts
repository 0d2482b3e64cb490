import { writeSync } from "node:fs";

/** How long a full pipe is left alone. */
const RETRY_MS = 1;

/**
 * Writes everything to a descriptor, and waits if its reader is slow, even if the descriptor is a non-blocking pipe.
 * @throws what node:fs does
 */
export function writeAll(fd: number, text: string | Uint8Array): void {
  let rest: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      // The reader is slower than we are, and made the pipe non-blocking.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
