/** Milliseconds' worth of frames that may be made up for when the event loop comes late. */
const BURST_MS = 10;

/**
 * So many frames may be sent that from any moment to any other no more leave than the rate allows and one burst. What isn't
 * used in time is lost, not made up for.
 */
export class FrameAllowance {
  readonly #rate: number;
  readonly #burst: number;
  #last: number;
  #frames = 0;

  /**
   * @param rate frames a second
   * @param now milliseconds of any clock that doesn't go back
   */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#burst = Math.max(1, (rate * BURST_MS) / 1000);
    this.#last = now;
  }

  /** How many frames may leave now; parts of one are on their way, and it is negative for those that left too soon. */
  at(now: number): number {
    this.#frames = Math.min(this.#burst, this.#frames + ((now - this.#last) * this.#rate) / 1000);
    this.#last = now;
    return this.#frames;
  }

  /** So many left. */
  use(frames: number): void {
    this.#frames -= frames;
  }
}
