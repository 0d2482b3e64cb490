import type { ByteSource } from "./byte-source.js";

const INITIAL_SIZE = 1 << 20;

/** The part of a file that is in memory: one buffer that is reused. */
export class ReadBuffer {
  bytes = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  /** Bounds of the bytes that haven't been consumed yet. */
  start = 0;
  end = 0;
  readonly #source: ByteSource;
  readonly #renew: boolean;

  /** @param renew whether each {@link fill} uses a new buffer, so that earlier bytes stay unchanged */
  constructor(source: ByteSource, renew: boolean) {
    this.#source = source;
    this.#renew = renew;
  }

  /**
   * Reads available bytes, at most until the buffer is full, after making room for at least `needed` unconsumed bytes.
   * Unconsumed bytes may move. Returns the number of bytes read; 0 at the end of the file.
   */
  fill(needed: number): number | Promise<number> {
    this.#makeRoom(needed);
    const count = this.#source.read(this.bytes, this.end, this.bytes.length);
    return typeof count === "number" ? this.#filled(count) : count.then((later) => this.#filled(later));
  }

  #filled(count: number): number {
    this.end += count;
    return count;
  }

  #makeRoom(needed: number): void {
    const size = needed > this.bytes.length ? needed + INITIAL_SIZE : this.bytes.length;
    if (this.#renew || size > this.bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(size);
      this.bytes.copy(bytes, 0, this.start, this.end);
      this.bytes = bytes;
    } else if (this.start > 0) this.bytes.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
  }

  close(): void {
    this.#source.close();
  }
}
