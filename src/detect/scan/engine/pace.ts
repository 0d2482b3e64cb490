import { setTimeout } from "node:timers/promises";
import { FrameAllowance } from "../../frame-allowance.js";

/** This many frames are sent before answers and timers are processed. */
const TURN = 32;

/** Keeps to a rate, with `await pace.next()` before each frame. */
export class Pace {
  readonly #rate: number;
  readonly #allowance: FrameAllowance | undefined;
  #sent = 0;

  /** @param rate frames per second, or Infinity for as fast as possible */
  constructor(rate: number) {
    this.#rate = rate;
    if (rate !== Number.POSITIVE_INFINITY) this.#allowance = new FrameAllowance(rate, performance.now());
  }

  /** Returns undefined if a frame may be sent at once, otherwise a promise that resolves when it may be. */
  next(): Promise<unknown> | undefined {
    this.#sent++;
    const wait = this.#wait();
    return wait === undefined && this.#sent % TURN === 0 ? new Promise(setImmediate) : wait;
  }

  #wait(): Promise<unknown> | undefined {
    if (!this.#allowance) return undefined;
    const left = this.#allowance.at(performance.now()) - 1;
    this.#allowance.use(1);
    return left < 0 ? setTimeout((-left / this.#rate) * 1000) : undefined;
  }
}
