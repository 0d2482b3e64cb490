/** The share of time that may be spent on namespaces that any user can create. */
const SHARE = 0.25;

/** The time that may be spent in one burst before the limit applies, in milliseconds. */
const BURST_MS = 100;

/** Called when the allowance is used up, and when there is some again. */
export interface AllowanceListener {
  onSpent(): void;
  onLeft(): void;
}

/**
 * Limits the time spent on namespaces that any user can create. The limit is generous for ordinary use, and a quarter
 * of all time if somebody tries to keep this process busy.
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

  /** Runs an action and counts the time it takes. An action that runs within another one isn't counted twice. */
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

  /** Whether the allowance is used up at the moment. */
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
