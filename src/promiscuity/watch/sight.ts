const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/**
 * Records whether a namespace can be read completely. If it can't, it records why, and when to try again: the interval
 * grows with each failure.
 */
export class Sight {
  #incomplete: string | undefined;
  #wait = FIRST_MS;
  #at = 0;

  /**
   * Records the result of reading the namespace, or a part of it.
   * @param incomplete why it couldn't be read completely; undefined if it could
   * @returns whether the result differs from the one before
   */
  set(incomplete: string | undefined): boolean {
    const was = this.#incomplete;
    this.#incomplete = incomplete;
    if (incomplete === undefined) this.#worked();
    else this.#failed();
    return (was === undefined) !== (incomplete === undefined);
  }

  /** Whether it is time to try again. */
  get isRetryDue(): boolean {
    return this.#incomplete !== undefined && performance.now() >= this.#at;
  }

  #failed(): void {
    this.#at = performance.now() + this.#wait;
    this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
  }

  /** Resets the interval only if reading works for some time. */
  #worked(): void {
    if (performance.now() > this.#at + this.#wait) this.#wait = FIRST_MS;
  }
}
