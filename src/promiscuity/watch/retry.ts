const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** When what failed is tried again: the more often it failed, the later. */
export class Retry {
  #wait = FIRST_MS;
  #at = 0;

  /** It failed, now. */
  failed(): void {
    this.#at = performance.now() + this.#wait;
    this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
  }

  /** It worked. Only if it goes on to do so is the next failure one like the first. */
  worked(): void {
    if (performance.now() > this.#at + this.#wait) this.#wait = FIRST_MS;
  }

  get isDue(): boolean {
    return performance.now() >= this.#at;
  }
}
