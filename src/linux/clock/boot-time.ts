import { realTime, timeSinceBoot } from "./clock.js";

/** By less than this the two clocks drift apart, and one reading differs from the next; by more the clock was set. */
const STEP_MS = 500;

/**
 * When the machine was booted, by its clock as that is set now. It stays the same as long as nobody sets the clock, so that
 * one process never seems to start at different times, and follows when somebody does.
 */
export class BootTime {
  readonly #read: () => number;
  #known: number;

  /** @param read milliseconds since 1970, as far as two clocks can be read at once */
  constructor(read: () => number = () => (realTime() - timeSinceBoot()) / 1000) {
    this.#read = read;
    this.#known = read();
  }

  /** Milliseconds since 1970, UTC. */
  get milliseconds(): number {
    const now = this.#read();
    if (Math.abs(now - this.#known) >= STEP_MS) this.#known = now;
    return this.#known;
  }
}
