import { Allowance } from "../allowance.js";

/** Says how many of so many frames are due, by an {@link Allowance}. */
export class Pacer {
  readonly #allowance: Allowance;
  #left: number;

  /**
   * @param rate frames a second
   * @param limit frames in all
   * @param now milliseconds of any clock that doesn't go back
   */
  constructor(rate: number, limit: number, now: number) {
    this.#allowance = new Allowance(rate, now);
    this.#left = limit;
  }

  /** Frames to send now; they count as sent. */
  due(now: number): number {
    const count = Math.min(this.#left, Math.floor(this.#allowance.at(now)));
    this.#allowance.use(count);
    this.#left -= count;
    return count;
  }
}
