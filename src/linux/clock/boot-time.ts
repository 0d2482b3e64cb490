import { realTime, timeSinceBoot } from "./clock.js";

/**
 * A smaller difference comes from the clocks' drift and from reading them one after the other; a larger one means that
 * the clock was set.
 */
const STEP_MS = 500;

/**
 * When the machine was booted, by the system clock as it is set now. The value stays the same as long as nobody sets
 * the clock, so that a process never seems to start at different times, and changes when somebody does.
 */
export class BootTime {
  readonly #read: () => number;
  #known: number;

  /** @param read returns the boot time in milliseconds since 1970, as exactly as two clocks can be compared */
  constructor(read: () => number = () => (realTime() - timeSinceBoot()) / 1000) {
    this.#read = read;
    this.#known = read();
  }

  /** The boot time in milliseconds since 1970, UTC. */
  get milliseconds(): number {
    const now = this.#read();
    if (Math.abs(now - this.#known) >= STEP_MS) this.#known = now;
    return this.#known;
  }
}
