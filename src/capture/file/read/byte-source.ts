import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { PromiscError } from "../../../errors.js";
import { EACCES } from "../../../linux/ffi/errno.js";
import { fileError } from "../../../linux/file/file-error.js";
import { heirOfRoot } from "../../../linux/privilege/drop-privileges.js";

/** A source of a capture file's bytes. */
export interface ByteSource {
  /** Reads at least one byte into `into` between `start` and `end`. Returns the number of bytes read; 0 at the end. */
  read(into: Buffer, start: number, end: number): number | Promise<number>;
  close(): void;
}

/** A regular file. It is read synchronously, which never waits for long. */
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

/** Bytes that arrive in chunks, from a pipe or a decompressor. */
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
 * Reads a pipe or a socket without blocking the event loop, so that signals are handled while no data arrives. Waits
 * for the first writer of a FIFO.
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
 * Opens a capture file for reading. The source owns a descriptor that is passed in, and closes it.
 * @param file a path, "-" for standard input, or an open descriptor
 * @param name the file's name in error messages
 */
export function openSource(file: string | number, name: string): ByteSource {
  try {
    const fd =
      // Without O_NONBLOCK, opening a FIFO would block the whole program until there is a writer.
      typeof file === "number"
        ? file
        : file === "-"
          ? 0
          : openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const kind = fstatSync(fd);
    return kind.isFIFO() || kind.isSocket() ? pipeSource(fd, name) : new FileSource(fd, name);
  } catch (error) {
    throw sourceError(name, error);
  }
}

/** Returns the error for a file that can't be opened, which may be because root's privileges were given up before. */
function sourceError(name: string, cause: unknown): unknown {
  const operation = `read ${name}`;
  const failure = fileError(operation, cause);
  const heir = heirOfRoot();
  if (!heir || !(failure instanceof PromiscError && failure.errno?.number === EACCES)) return failure;
  return new PromiscError({
    code: "privilege",
    operation,
    errno: failure.errno,
    reason: `root was given up for user ${heir.name}`,
    hint: `let ${heir.name} read it, or remain root: --user root`,
    cause,
  });
}
