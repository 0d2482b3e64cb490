/** The longest time for which the work keeps other events waiting, in milliseconds; a single step may take longer. */
const SLICE_MS = 5;

/** The pause after the work, as a multiple of the processor's time that it took. */
const PAUSE = 100;

/**
 * Repeats work at intervals, and does it in slices. The intervals are longer if the work takes more than a hundredth of
 * a processor's time.
 */
export class Repetition implements Disposable {
  readonly #work: () => Iterator<void>;
  readonly #intervalMs: number;
  #running: Iterator<void> | undefined;
  /** The processor's time that the work took so far, in microseconds. */
  #took = 0;
  /** The first time takes longer than any other, because the code isn't compiled yet. */
  #isFirst = true;
  #next: NodeJS.Immediate | undefined;
  #pause: NodeJS.Timeout | undefined;

  /** Resolves when the work was done once, or when this is disposed of before. */
  readonly begun: Promise<void>;
  #resolveBegun = (): void => {};

  /**
   * Begins the work at once, and does it again at intervals.
   * @param work returns the steps of the work
   */
  constructor(work: () => Iterator<void>, intervalMs: number) {
    this.#work = work;
    this.#intervalMs = intervalMs;
    this.begun = new Promise((resolve) => {
      this.#resolveBegun = resolve;
    });
    this.#next = setImmediate(() => this.#go());
  }

  #go(): void {
    this.#running ??= this.#work();
    const end = performance.now() + SLICE_MS;
    while (this.#running && performance.now() < end) this.#step();
    if (this.#running) this.#next = setImmediate(() => this.#go());
  }

  #step(): void {
    const start = process.cpuUsage();
    const isDone = this.#running?.next().done;
    const { user, system } = process.cpuUsage(start);
    this.#took += user + system;
    if (!isDone) return;
    this.#running = undefined;
    const pause = this.#isFirst ? 0 : (PAUSE * this.#took) / 1000;
    this.#isFirst = false;
    this.#resolveBegun();
    this.#pause = setTimeout(() => this.#go(), Math.max(this.#intervalMs, pause));
    this.#took = 0;
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#next);
    clearTimeout(this.#pause);
    this.#running = undefined;
    this.#resolveBegun();
  }
}
