import { setTimeout } from "node:timers/promises";
import { FrameAllowance } from "../../frame-allowance.js";

/** So many frames go out before answers and timers have their turn. */
const TURN = 32;

/** Keeps to a rate: `await pace.next()` before each frame. */
export class Pace {
  readonly #rate: number;
  readonly #allowance: FrameAllowance | undefined;
  #sent = 0;

  /** @param rate frames a second; Infinity for as fast as can be */
  constructor(rate: number) {
    this.#rate = rate;
    if (rate !== Number.POSITIVE_INFINITY) this.#allowance = new FrameAllowance(rate, performance.now());
  }

  /** Undefined if a frame may go out at once. */
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
