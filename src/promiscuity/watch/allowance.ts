/** Of the time that passes, the part that may go into what any user can cause. */
const SHARE = 0.25;

/** Milliseconds that may be used at once before that counts. */
const BURST_MS = 100;

/**
 * How much time goes into the namespaces that any user can make: enough for whatever is done there in earnest, and a
 * quarter of it all when somebody does it to keep this process busy.
 */
export class Allowance {
  #debt = 0;
  #since = performance.now();

  /** Runs something at the expense of the allowance. */
  charge<Result>(action: () => Result): Result {
    const start = performance.now();
    try {
      return action();
    } finally {
      this.#settle();
      this.#debt += performance.now() - start;
    }
  }

  /** How many milliseconds nothing may be charged any more; 0 if something may be now. */
  get wait(): number {
    this.#settle();
    return this.#debt <= BURST_MS ? 0 : (this.#debt - BURST_MS / 2) / SHARE;
  }

  #settle(): void {
    const now = performance.now();
    this.#debt = Math.max(0, this.#debt - (now - this.#since) * SHARE);
    this.#since = now;
  }
}
