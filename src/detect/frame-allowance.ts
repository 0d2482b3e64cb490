/** When the event loop is late, at most the frames of this many milliseconds are sent at once to catch up. */
const BURST_MS = 10;

/**
 * Limits frames to a rate: between any two moments, at most as many frames are allowed as the rate gives, plus one
 * burst. An allowance that isn't used in time is lost.
 */
export class FrameAllowance {
  readonly #rate: number;
  readonly #burst: number;
  #last: number;
  #frames = 0;

  /**
   * @param rate frames per second
   * @param now milliseconds of any clock that doesn't go back
   */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#burst = Math.max(1, (rate * BURST_MS) / 1000);
    this.#last = now;
  }

  /**
   * Returns how many frames may be sent now. The number may be fractional. It is negative after frames were sent too
   * early.
   */
  at(now: number): number {
    this.#frames = Math.min(this.#burst, this.#frames + ((now - this.#last) * this.#rate) / 1000);
    this.#last = now;
    return this.#frames;
  }

  /** Records that this many frames were sent. */
  use(frames: number): void {
    this.#frames -= frames;
  }
}
