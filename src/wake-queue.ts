import { whenAborted } from "./when-aborted.js";
/**
 * Lets one waiter sleep until a callback wakes it. A call to `wake` while nobody waits has no effect, so the waiter
 * must check for what it needs before it waits.
 */
export class Wake {
  #end = (): void => {};

  /** Ends the current {@link wait}, if there is one. */
  wake(): void {
    this.#end();
  }

  /**
   * Waits until {@link wake} is called. Only one caller may wait at a time.
   * @param most the longest time to wait, in milliseconds
   */
  wait(most?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = most === undefined ? undefined : setTimeout(resolve, most);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/**
 * A queue of events that callbacks add and one `for await` loop reads, in order. The loop ends when the queue is
 * closed, or when a signal aborts.
 */
export class WakeQueue<Event> implements AsyncIterable<Event>, Disposable {
  readonly #wake = new Wake();
  readonly #abortion: Disposable | undefined;
  #waiting: Event[] = [];
  #end: { readonly error?: unknown } | undefined;
  #isOver = false;

  /** @param signal ends the queue at once when it aborts: events that wait are dropped */
  constructor(signal?: AbortSignal) {
    this.#abortion = whenAborted(signal, () => this[Symbol.dispose]());
  }

  /** Adds an event. Does nothing once the queue is closed. */
  push(event: Event): void {
    if (this.#end) return;
    this.#waiting.push(event);
    this.#wake.wake();
  }

  /**
   * Closes the queue. The events that wait are still delivered; after them the loop ends, or throws `error` if one is
   * given.
   */
  close(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake.wake();
  }

  /** Whether an event waits, or the queue is closed. */
  get isReady(): boolean {
    return this.#waiting.length > 0 || this.#end !== undefined;
  }

  /** Removes and returns all events that wait. */
  take(): Event[] {
    const events = this.#waiting;
    this.#waiting = [];
    return events;
  }

  /** Waits until an event is there, or the queue is closed. */
  async ready(): Promise<void> {
    while (!this.isReady) await this.#wake.wait();
  }

  /** Yields the events. Leaving the loop closes the queue. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    try {
      for (;;) {
        await this.ready();
        for (const event of this.take()) {
          yield event;
          if (this.#isOver) return;
        }
        if (this.#end && this.#waiting.length === 0) break;
      }
      if (!this.#isOver && this.#end.error !== undefined) throw this.#end.error;
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Closes the queue at once and drops the events that wait. */
  [Symbol.dispose](): void {
    this.#abortion?.[Symbol.dispose]();
    this.#isOver = true;
    this.#waiting = [];
    this.close();
  }
}
