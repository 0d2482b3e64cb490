import { setTimeout } from "node:timers/promises";

/** So many frames go out before answers and timers have their turn. */
const TURN = 32;
/** How much of a second's frames may go out at once. */
const BURST_SECONDS = 0.005;

/** Keeps to a rate: `await pace.next()` before each frame. */
export class Pace {
  readonly #rate: number;
  #begin = performance.now();
  #sent = 0;

  /** @param rate frames a second; Infinity for as fast as can be */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Undefined if a frame may go out at once. */
  next(): Promise<unknown> | undefined {
    this.#sent++;
    if (this.#sent % TURN === 0) return this.#wait() ?? new Promise(setImmediate);
    return this.#wait();
  }

  #wait(): Promise<unknown> | undefined {
    if (this.#rate === Number.POSITIVE_INFINITY) return undefined;
    const ahead = this.#sent / this.#rate - (performance.now() - this.#begin) / 1000;
    // Time in which nothing was sent isn't made up for.
    if (ahead < -1) {
      this.#begin = performance.now();
      this.#sent = 0;
    }
    return ahead > BURST_SECONDS ? setTimeout(ahead * 1000) : undefined;
  }
}
