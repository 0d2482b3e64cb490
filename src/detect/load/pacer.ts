/** Milliseconds' worth of frames that may be made up for when the event loop comes late. */
const BURST = 10;

/**
 * Says how many frames are due, so that from any moment to any other no more leave than the rate allows and one burst.
 * What comes later than that is left out, not made up for.
 */
export class Pacer {
  readonly #rate: number;
  readonly #burst: number;
  #left: number;
  #last: number;
  #allowance = 0;

  /**
   * @param rate frames a second
   * @param limit frames in all
   * @param now milliseconds of any clock that doesn't go back
   */
  constructor(rate: number, limit: number, now: number) {
    this.#rate = rate;
    this.#burst = Math.max(1, (rate * BURST) / 1000);
    this.#left = limit;
    this.#last = now;
  }

  /** Frames to send now; they count as sent. */
  due(now: number): number {
    this.#allowance = Math.min(this.#burst, this.#allowance + ((now - this.#last) * this.#rate) / 1000);
    this.#last = now;
    const count = Math.min(this.#left, Math.floor(this.#allowance));
    this.#allowance -= count;
    this.#left -= count;
    return count;
  }
}
