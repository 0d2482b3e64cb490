import { closeSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { counted } from "../../../counted.js";
import { PromiscError } from "../../../errors.js";
import { STANDARD_OUTPUT, standardOutputPipe } from "../../../linux/file/standard-output-pipe.js";
import { outputFailure } from "../../output/write.js";

const RETRY_MS = 1;

/**
 * Standard output for a program that must keep handling signals while the reader of a pipe doesn't read. The pipe is
 * opened a second time for that, because making the given descriptor non-blocking would affect every process that
 * shares it.
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
   * @throws PromiscError `kernel` if the disk is full, the reader is gone, or some bytes were never read
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
    reason: `its reader doesn't read: ${counted(bytes, "byte is", "bytes are")} lost`,
  });
}
