import { closeSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { PromiscError } from "../../../errors.js";
import { STANDARD_OUTPUT, standardOutputPipe } from "../../../linux/file/standard-output-pipe.js";
import { outputFailure } from "../../output/write.js";

const RETRY_MS = 1;

/**
 * Standard output for a program that must go on hearing signals while the reader of a pipe doesn't read. A pipe is opened
 * anew for that, because to make the one that was given non-blocking would do it to everyone who has it.
 */
export class StandardOutput implements Disposable {
  readonly #fd: number;
  readonly #isOwn: boolean;

  constructor() {
    const own = standardOutputPipe();
    this.#fd = own ?? STANDARD_OUTPUT;
    this.#isOwn = own !== undefined;
  }

  /**
   * Writes everything, unless the signal aborts while the reader doesn't read.
   * @throws PromiscError `kernel`: a full disk, a reader that is gone, or bytes that were never read
   */
  async write(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const count = this.#writeSome(rest);
      rest = rest.subarray(count);
      if (count > 0) continue;
      if (signal?.aborted) throw unread(rest.length);
      await setTimeout(RETRY_MS);
    }
  }

  #writeSome(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw outputFailure(error);
    }
  }

  [Symbol.dispose](): void {
    if (this.#isOwn) closeSync(this.#fd);
  }
}

function unread(bytes: number): PromiscError {
  return new PromiscError({
    code: "kernel",
    operation: "write to standard output",
    reason: `its reader doesn't read: ${bytes} bytes are lost`,
  });
}
