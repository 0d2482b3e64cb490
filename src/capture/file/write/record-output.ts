import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { gzipSync, constants as zlib } from "node:zlib";
import { fileError } from "../file-error.js";

const BUFFER_SIZE = 1 << 20;
const MOST_RECORDS = 1 << 16;
const STANDARD_OUTPUT = 1;

/** Slept on while a pipe that someone made non-blocking is full. */
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
  #length = 0;
  /** Where each waiting record ends, times two, plus one for a packet. */
  readonly #ends = new Uint32Array(MOST_RECORDS);
  #records = 0;
  #fd = -1;
  #name = "";
  /** Of this file: uncompressed bytes written, and where in a regular file the next write goes. */
  #written = 0;
  #offset = 0;
  #regular = false;

  constructor(gzip: boolean) {
    this.#gzip = gzip;
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
    const name = path === "-" ? "standard output" : path;
    try {
      this.#fd = path === "-" ? STANDARD_OUTPUT : openSync(path, "w", 0o666);
      const kind = fstatSync(this.#fd);
      this.#regular = kind.isFile();
      this.#offset = this.#regular ? kind.size : 0;
    } catch (error) {
      throw fileError(`write ${name}`, error);
    }
    this.#name = name;
    this.#written = 0;
  }

  /** Room for a record, which the caller fills at once: where it begins in {@link bytes}. */
  reserve(size: number, isPacket: boolean): number {
    if (this.#length + size > this.bytes.length || this.#records === MOST_RECORDS) {
      this.flush();
      if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size);
    }
    const start = this.#length;
    this.#length += size;
    this.#ends[this.#records++] = this.#length * 2 + (isPacket ? 1 : 0);
    if (isPacket) this.packets++;
    return start;
  }

  /** Writes what waits. Throws a PromiscError that says how many packets were lost, and is closed then. */
  flush(): void {
    if (this.#length === 0) return;
    const waiting = this.bytes.subarray(0, this.#length);
    const out = this.#gzip ? gzipSync(waiting, { level: zlib.Z_BEST_SPEED }) : waiting;
    let done = 0;
    try {
      while (done < out.length) done += this.#write(out, done);
    } catch (error) {
      throw this.#fail(error, done);
    }
    this.#offset += out.length;
    this.#written += this.#length;
    this.#length = 0;
    this.#records = 0;
  }

  #write(out: Buffer, from: number): number {
    try {
      return writeSync(this.#fd, out, from, out.length - from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(never, 0, 0, 1);
      return 0;
    }
  }

  /** Cuts the file back to whole records, and closes it. `done` bytes of the waiting ones were written. */
  #fail(error: unknown, done: number): unknown {
    let whole = 0;
    let lost = 0;
    for (let index = 0; index < this.#records; index++) {
      const marked = this.#ends[index] as number;
      const end = marked >>> 1;
      if (!this.#gzip && end <= done) whole = end;
      else lost += marked & 1;
    }
    // Not if someone else writes to the file too.
    if (this.#regular && fstatSync(this.#fd).size === this.#offset + done)
      ftruncateSync(this.#fd, this.#offset + whole);
    this.packets -= lost;
    this.#length = 0;
    this.#records = 0;
    this.#close();
    const packets = lost === 1 ? "1 packet is lost" : `${lost} packets are lost`;
    return fileError(`write ${this.#name}`, error, `${packets}, ${this.packets} were written`);
  }

  /** Writes what waits, and closes the file. */
  close(): void {
    if (this.#fd < 0) return;
    this.flush();
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
