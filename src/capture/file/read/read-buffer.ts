import type { ByteSource } from "./byte-source.js";

const INITIAL_SIZE = 1 << 20;

/** The part of a file that is in memory: one buffer, read into over and over. */
export class ReadBuffer {
  bytes = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  /** Where the bytes not yet consumed begin, and end. */
  start = 0;
  end = 0;
  readonly #source: ByteSource;
  readonly #renew: boolean;

  /** @param renew whether each {@link fill} leaves the earlier bytes untouched, in a buffer of their own */
  constructor(source: ByteSource, renew: boolean) {
    this.#source = source;
    this.#renew = renew;
  }

  /**
   * Reads what is there, but for at most a buffer full, with room for at least `needed` unconsumed bytes.
   * Returns how many bytes came; 0 at the end of the file. What lay in the buffer moves.
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
