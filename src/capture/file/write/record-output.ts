import { closeSync, fstatSync, ftruncateSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { gzipSync, constants as zlib } from "node:zlib";
import { counted } from "../../../counted.js";
import { PromiscError } from "../../../errors.js";
import { describeErrno, EAGAIN } from "../../../linux/ffi/errno.js";
import { fileError } from "../../../linux/file/file-error.js";
import { STANDARD_OUTPUT, standardOutputPipe } from "../../../linux/file/standard-output-pipe.js";
import { type OutputOptions, openOutput } from "./open-output.js";

const BUFFER_SIZE = 1 << 20;
const MOST_RECORDS = 1 << 16;

/** How long to wait before trying again to write to a full pipe. */
const RETRY_MS = 1;

/** Serves to sleep: nothing ever wakes a wait on it. */
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Gathers records in a buffer and writes it to a file when it is full, or on {@link flush}. The file always contains
 * complete records only: if a write fails, a regular file is truncated after its last complete record.
 *
 * With gzip, each buffer becomes a member of its own (RFC 1952, section 2.2). So whatever happens, all data up to the
 * last write can be decompressed into complete records.
 */
export class RecordOutput {
  bytes = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  /** The number of packets written or waiting, in all files. */
  packets = 0;
  readonly #gzip: boolean;
  readonly #options: OutputOptions;
  #length = 0;
  /** The end of each waiting record, times two, plus one if the record is a packet. */
  #ends = new Uint32Array(MOST_RECORDS);
  #records = 0;
  #fd = -1;
  #name = "";
  /** Uncompressed bytes written to the current file, and the offset of the next write in a regular file. */
  #written = 0;
  #offset = 0;
  /** The bytes that a flush is writing, and how many of them are written. */
  #out: Uint8Array | undefined;
  #done = 0;
  #regular = false;
  #isPipe = false;

  constructor(gzip: boolean, options: OutputOptions = {}) {
    this.#gzip = gzip;
    this.#options = options;
  }

  /** The size of the current file in bytes, before compression, including waiting records. */
  get size(): number {
    return this.#written + this.#length;
  }

  get isOpen(): boolean {
    return this.#fd >= 0;
  }

  /**
   * Closes the current file, if any, and creates or truncates another one.
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

  /** Reserves room for a record, which the caller must fill at once. Returns the record's offset in {@link bytes}. */
  reserve(size: number, isPacket: boolean): number {
    if (this.#isWaiting) this.#finish();
    if (this.#length + size > this.bytes.length || this.#records === this.#ends.length) this.#makeRoom(size);
    const start = this.#length;
    this.#length += size;
    this.#ends[this.#records++] = this.#length * 2 + (isPacket ? 1 : 0);
    if (isPacket) this.packets++;
    return start;
  }

  /**
   * Writes everything that is waiting. If a pipe is full, it writes what fits, and {@link drain} waits for the rest. If a
   * write fails, it closes the file and throws a PromiscError that says how many packets were lost.
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

  /** Writes everything that waits, and lets the event loop run while a pipe is full. See {@link CaptureWriter.drain}. */
  async drain(signal: AbortSignal | undefined): Promise<void> {
    this.flush();
    while (this.#isWaiting) {
      if (signal?.aborted) throw this.#abandon();
      await setTimeout(RETRY_MS);
      this.flush();
    }
  }

  /** Whether a {@link flush} ended before everything was written because a pipe was full. */
  get #isWaiting(): boolean {
    return this.#out !== undefined;
  }

  /** Discards what a pipe's reader hasn't taken. Returns an error that says how many packets are lost. */
  #abandon(): PromiscError {
    return new PromiscError({
      code: "kernel",
      operation: `write ${this.#name}`,
      errno: describeErrno(EAGAIN),
      onlyReason: true,
      reason: `its reader doesn't read: ${this.#giveUp(this.#done)}, ${this.packets} were written`,
    });
  }

  /** Writes everything that is waiting, however long a pipe's reader takes. */
  #finish(): void {
    this.flush();
    while (this.#isWaiting) {
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

  /** Returns the number of bytes written; 0 if a pipe is full. */
  #write(out: Uint8Array, from: number): number {
    try {
      return writeSync(this.#fd, out, from, out.length - from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  /**
   * For a pipe, the buffer grows instead of waiting for the reader in the middle of a batch. The flush at the batch's
   * end waits.
   */
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

  /** Whether the output is a regular file, so that nobody is waiting to read what is written. */
  get isRegular(): boolean {
    return this.#regular;
  }

  /**
   * Whether {@link writeThrough} may be used: for a regular file without compression, which takes every write
   * completely.
   */
  get isDirect(): boolean {
    return this.#regular && !this.#gzip;
  }

  /**
   * Writes records directly from the memory they lie in. Throws as {@link flush} does.
   * @param packets the number of packets from `start` to `end`
   * @param recordEnd returns the end of the record that begins at an offset
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

  /**
   * Truncates the file after its last complete record, and closes it. Returns a description of what is lost.
   * @param done how many of the waiting bytes were written
   */
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

  /**
   * Keeps the first `whole` of the `done` bytes written last. Does nothing if another program writes to the file too.
   */
  #cutBack(done: number, whole: number): void {
    if (this.#regular && fstatSync(this.#fd).size === this.#offset + done)
      ftruncateSync(this.#fd, this.#offset + whole);
  }

  /** Writes what is waiting, and closes the file. */
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
      // Network file systems report some failed writes only when the file is closed.
      throw fileError(`write ${this.#name}`, error);
    }
  }
}

function lostPackets(count: number): string {
  return `${counted(count, "packet is", "packets are")} lost`;
}
