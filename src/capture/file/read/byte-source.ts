import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { fileError } from "../../../linux/file/file-error.js";

/** Where a capture file's bytes come from. */
export interface ByteSource {
  /** Reads at least one byte into `into`, between `start` and `end`, and returns how many; 0 at the end. */
  read(into: Buffer, start: number, end: number): number | Promise<number>;
  close(): void;
}

/** A regular file: read synchronously, which never waits for long. */
class FileSource implements ByteSource {
  readonly #fd: number;
  readonly #name: string;

  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  read(into: Buffer, start: number, end: number): number {
    try {
      return readSync(this.#fd, into, start, end - start, null);
    } catch (error) {
      throw fileError(`read ${this.#name}`, error);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Bytes that come in chunks when they come: of a pipe, or out of a decompressor. */
export class ChunkSource implements ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #close: () => void;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>, close: () => void) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#close = close;
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    while (this.#at === this.#chunk.length) {
      const { value, done } = await this.#chunks.next();
      if (done) return 0;
      this.#chunk = value;
      this.#at = 0;
    }
    const count = Math.min(end - start, this.#chunk.length - this.#at);
    into.set(this.#chunk.subarray(this.#at, this.#at + count), start);
    this.#at += count;
    return count;
  }

  close(): void {
    this.#close();
  }
}

/**
 * A pipe or a socket, read without holding up the event loop, so that a signal is answered while nothing comes.
 * A FIFO without a writer is waited for.
 */
function pipeSource(fd: number, name: string): ByteSource {
  const socket = new Socket({ fd, readable: true, writable: false });
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of socket) yield chunk as Buffer;
    } catch (error) {
      if (!socket.destroyed || (error as NodeJS.ErrnoException).errno !== undefined)
        throw fileError(`read ${name}`, error);
    }
  }
  return new ChunkSource(chunks(), () => socket.destroy());
}

/**
 * Opens what is to be read. A descriptor passes to the source, which closes it.
 * @param file a path, "-" for standard input, or an open descriptor
 */
export function openSource(file: string | number, name: string): ByteSource {
  try {
    const fd =
      // Without O_NONBLOCK the open of a FIFO would hold up everything until there is a writer.
      typeof file === "number"
        ? file
        : file === "-"
          ? 0
          : openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const kind = fstatSync(fd);
    return kind.isFIFO() || kind.isSocket() ? pipeSource(fd, name) : new FileSource(fd, name);
  } catch (error) {
    throw fileError(`read ${name}`, error);
  }
}
