/** Of the time that passes, the part that may go into what any user can cause. */
const SHARE = 0.25;

/** Milliseconds that may be used at once before that counts. */
const BURST_MS = 100;

/** What happens when the allowance is used up, and when there is some again. */
export interface AllowanceListener {
  onSpent(): void;
  onLeft(): void;
}

/**
 * How much time goes into the namespaces that any user can make: enough for whatever is done there in earnest, and a
 * quarter of it all when somebody does it to keep this process busy.
 */
export class Allowance implements Disposable {
  readonly #listener: AllowanceListener;
  #debt = 0;
  #since = performance.now();
  #isCharging = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(listener: AllowanceListener) {
    this.#listener = listener;
  }

  /** Runs something at the expense of the allowance; what is run within it has been counted already. */
  charge(action: () => void): void {
    if (this.#isCharging) {
      action();
      return;
    }
    const start = performance.now();
    this.#isCharging = true;
    try {
      action();
    } finally {
      this.#isCharging = false;
      this.#settle();
      this.#debt += performance.now() - start;
    }
    this.#pauseIfSpent();
  }

  /** Whether nothing may be charged now. */
  get isSpent(): boolean {
    return this.#pause !== undefined;
  }

  #settle(): void {
    const now = performance.now();
    this.#debt = Math.max(0, this.#debt - (now - this.#since) * SHARE);
    this.#since = now;
  }

  #pauseIfSpent(): void {
    this.#settle();
    if (this.#debt <= BURST_MS || this.#pause) return;
    this.#listener.onSpent();
    this.#pause = setTimeout(
      () => {
        this.#pause = undefined;
        this.#listener.onLeft();
      },
      (this.#debt - BURST_MS / 2) / SHARE,
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#pause);
  }
}
