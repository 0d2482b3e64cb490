/** A flood that is too fast costs a line each time, and not one a batch. */
const INTERVAL_MS = 1000;

/** Which of the frames that the kernel dropped are to be told of: at once, and then those of each second together. */
export class Losses {
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /**
   * @param dropped all until now
   * @param at the time in milliseconds; infinity at the end, when all must be told
   * @returns how many to tell of
   */
  take(dropped: number, at: number): number {
    if (at - this.#toldAt < INTERVAL_MS) return 0;
    const frames = dropped - this.#told;
    if (frames === 0) return 0;
    this.#told = dropped;
    this.#toldAt = at;
    return frames;
  }
}
