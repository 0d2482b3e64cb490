import { closeSync, fstatSync, ftruncateSync, writeSync } from "node:fs";
import { gzipSync, constants as zlib } from "node:zlib";
import { PromiscError } from "../../../errors.js";
import { fileError } from "../../../linux/file/file-error.js";
import { STANDARD_OUTPUT, standardOutputPipe } from "../../../linux/file/standard-output-pipe.js";
import { type OutputOptions, openOutput } from "./open-output.js";

const BUFFER_SIZE = 1 << 20;
const MOST_RECORDS = 1 << 16;

/** How long a full pipe is left alone. */
const RETRY_MS = 1;

/** Slept on. */
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Records on their way to a file: gathered in one buffer, and written when it is full, or on {@link flush}.
 * What the file holds are always whole records: when a write fails, a regular file is cut back to the last whole one.
 *
 * With gzip each buffer becomes a member of its own (RFC 1952, section 2.2), so that a file holds whole records up to
 * the last write whatever happens then.
 */
export class RecordOutput {
  bytes = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  /** Packets written or waiting, of all files. */
  packets = 0;
  readonly #gzip: boolean;
  readonly #options: OutputOptions;
  #length = 0;
  /** Where each waiting record ends, times two, plus one for a packet. */
  #ends = new Uint32Array(MOST_RECORDS);
  #records = 0;
  #fd = -1;
  #name = "";
  /** Of this file: uncompressed bytes written, and where in a regular file the next write goes. */
  #written = 0;
  #offset = 0;
  /** What a flush is writing, and how much of it is written. */
  #out: Uint8Array | undefined;
  #done = 0;
  #regular = false;
  #isPipe = false;

  constructor(gzip: boolean, options: OutputOptions = {}) {
    this.#gzip = gzip;
    this.#options = options;
  }

  /** Bytes of this file, without compression, waiting ones included. */
  get size(): number {
    return this.#written + this.#length;
  }

  get isOpen(): boolean {
    return this.#fd >= 0;
  }

  /**
   * Closes the file that was open, and makes or truncates another one.
   * @param path "-" is standard output
   * @throws PromiscError
   */
  open(path: string): void {
    this.close();
    this.#fd = path === "-" ? (standardOutputPipe() ?? STANDARD_OUTPUT) : openOutput(path, this.#options);
    const kind = fstatSync(this.#fd);
    this.#regular = kind.isFile();
    this.#isPipe = kind.isFIFO();
    this.#offset = this.#regular ? kind.size : 0;
    this.#name = path === "-" ? "standard output" : path;
    this.#written = 0;
  }

  /** Room for a record, which the caller fills at once: where it begins in {@link bytes}. */
  reserve(size: number, isPacket: boolean): number {
    if (this.isWaiting) this.#finish();
    if (this.#length + size > this.bytes.length || this.#records === this.#ends.length) this.#makeRoom(size);
    const start = this.#length;
    this.#length += size;
    this.#ends[this.#records++] = this.#length * 2 + (isPacket ? 1 : 0);
    if (isPacket) this.packets++;
    return start;
  }

  /**
   * Writes what waits; all of it but to a pipe that is full: {@link isWaiting} then. Throws a PromiscError that says how
   * many packets were lost, and is closed then.
   */
  flush(): void {
    if (this.#length === 0) return;
    const waiting = this.bytes.subarray(0, this.#length);
    this.#out ??= this.#gzip ? gzipSync(waiting, { level: zlib.Z_BEST_SPEED }) : waiting;
    try {
      while (this.#done < this.#out.length) {
        const count = this.#write(this.#out, this.#done);
        if (count === 0) return;
        this.#done += count;
      }
    } catch (error) {
      throw this.#fail(error, this.#done);
    }
    this.#offset += this.#out.length;
    this.#written += this.#length;
    this.#forget();
  }

  /** Whether a {@link flush} ended before everything was written, because a pipe is full. */
  get isWaiting(): boolean {
    return this.#out !== undefined;
  }

  /** Gives up what the reader of a pipe doesn't take. @throws PromiscError that says how many packets are lost by it */
  abandon(): never {
    throw new PromiscError({
      code: "kernel",
      operation: `write ${this.#name}`,
      reason: `its reader doesn't read: ${this.#giveUp(this.#done)}, ${this.packets} were written`,
    });
  }

  /** Writes everything that waits, however long a pipe's reader takes. */
  #finish(): void {
    this.flush();
    while (this.isWaiting) {
      Atomics.wait(never, 0, 0, RETRY_MS);
      this.flush();
    }
  }

  #forget(): void {
    this.#length = 0;
    this.#records = 0;
    this.#out = undefined;
    this.#done = 0;
  }

  /** 0 if it is a pipe that is full. */
  #write(out: Uint8Array, from: number): number {
    try {
      return writeSync(this.#fd, out, from, out.length - from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  /** To wait for a pipe's reader here would be to wait in the middle of a batch: its flush comes at the end. */
  #makeRoom(size: number): void {
    if (!this.#isPipe) {
      this.flush();
      if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size);
      return;
    }
    const bytes = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.#length + size));
    this.bytes.copy(bytes, 0, 0, this.#length);
    this.bytes = bytes;
    const ends = new Uint32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    this.#ends = ends;
  }

  /** Whether nobody reads what is written as it comes. */
  get isRegular(): boolean {
    return this.#regular;
  }

  /** Whether {@link writeThrough} may be used: a file takes records as they are, and everything that it is given. */
  get isDirect(): boolean {
    return this.#regular && !this.#gzip;
  }

  /**
   * Writes records from where they lie. Throws as {@link flush} does.
   * @param packets how many there are from `start` to `end`
   * @param recordEnd where the record that begins somewhere ends
   */
  writeThrough(
    bytes: Uint8Array,
    start: number,
    end: number,
    packets: number,
    recordEnd: (bytes: Uint8Array, start: number) => number,
  ): void {
    this.flush();
    let done = start;
    try {
      while (done < end) done += writeSync(this.#fd, bytes, done, end - done);
    } catch (error) {
      let whole = start;
      let left = packets;
      for (let next = recordEnd(bytes, start); next <= done; next = recordEnd(bytes, next)) {
        whole = next;
        left--;
      }
      this.packets += packets - left;
      this.#cutBack(done - start, whole - start);
      this.#close();
      throw fileError(`write ${this.#name}`, error, `${lostPackets(left)}, ${this.packets} were written`);
    }
    this.#offset += end - start;
    this.#written += end - start;
    this.packets += packets;
  }

  #fail(error: unknown, done: number): unknown {
    const lost = this.#giveUp(done);
    return fileError(`write ${this.#name}`, error, `${lost}, ${this.packets} were written`);
  }

  /** Cuts the file back to whole records, and closes it. `done` bytes of the waiting ones were written. Says what is lost. */
  #giveUp(done: number): string {
    let whole = 0;
    let lost = 0;
    for (let index = 0; index < this.#records; index++) {
      const marked = this.#ends[index] as number;
      const end = marked >>> 1;
      if (!this.#gzip && end <= done) whole = end;
      else lost += marked & 1;
    }
    this.#cutBack(done, whole);
    this.packets -= lost;
    this.#forget();
    this.#close();
    return lostPackets(lost);
  }

  /** Leaves `whole` of the `done` bytes that were written last; not if someone else writes to the file too. */
  #cutBack(done: number, whole: number): void {
    if (this.#regular && fstatSync(this.#fd).size === this.#offset + done)
      ftruncateSync(this.#fd, this.#offset + whole);
  }

  /** Writes what waits, and closes the file. */
  close(): void {
    if (this.#fd < 0) return;
    this.#finish();
    this.#close();
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd === STANDARD_OUTPUT) return;
    try {
      closeSync(fd);
    } catch (error) {
      // Network file systems tell of a failed write only now.
      throw fileError(`write ${this.#name}`, error);
    }
  }
}

function lostPackets(count: number): string {
  return count === 1 ? "1 packet is lost" : `${count} packets are lost`;
}
