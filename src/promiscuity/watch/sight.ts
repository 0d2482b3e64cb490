const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** Whether a namespace can be read whole; if it can't, why, and when that is tried again: the more often it failed, the later. */
export class Sight {
  #incomplete: string | undefined;
  #wait = FIRST_MS;
  #at = 0;

  /**
   * It was read now, or something in it.
   * @param incomplete why that wasn't all; undefined if it was
   * @returns whether that is news
   */
  set(incomplete: string | undefined): boolean {
    const was = this.#incomplete;
    this.#incomplete = incomplete;
    if (incomplete === undefined) this.#worked();
    else this.#failed();
    return (was === undefined) !== (incomplete === undefined);
  }

  /** Whether it is time to read again what couldn't be. */
  get isRetryDue(): boolean {
    return this.#incomplete !== undefined && performance.now() >= this.#at;
  }

  #failed(): void {
    this.#at = performance.now() + this.#wait;
    this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
  }

  /** Only if it goes on to work is the next failure one like the first. */
  #worked(): void {
    if (performance.now() > this.#at + this.#wait) this.#wait = FIRST_MS;
  }
}
