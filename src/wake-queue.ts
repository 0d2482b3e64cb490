/**
 * What one waits for and another one, in a callback, says has come. While nobody waits that is in vain: who waits has looked
 * first whether it is there.
 */
export class Wake {
  #end = (): void => {};

  /** Ends the {@link wait} that is on. */
  wake(): void {
    this.#end();
  }

  /**
   * Until {@link wake} is called. One waits at a time.
   * @param most milliseconds after which the wait ends in any case
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

/** Events from callbacks, for one `for await`, in their order. It ends when it is closed, or when a signal aborts. */
export class WakeQueue<Event> implements AsyncIterable<Event>, Disposable {
  readonly #wake = new Wake();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this[Symbol.dispose]();
  #waiting: Event[] = [];
  #end: { readonly error?: unknown } | undefined;
  #isOver = false;

  /** @param signal ends it at once: what waits is not handed out any more */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this[Symbol.dispose]();
  }

  /** Left out once it is closed. */
  push(event: Event): void {
    if (this.#end) return;
    this.#waiting.push(event);
    this.#wake.wake();
  }

  /** Nothing more comes; what waits is still handed out, then the error is thrown, if there is one. */
  close(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake.wake();
  }

  /** Whether an event waits, or the end. */
  get isReady(): boolean {
    return this.#waiting.length > 0 || this.#end !== undefined;
  }

  /** Takes all that waits now. */
  take(): Event[] {
    const events = this.#waiting;
    this.#waiting = [];
    return events;
  }

  /** Until an event waits, or the end. */
  async ready(): Promise<void> {
    while (!this.isReady) await this.#wake.wait();
  }

  /** To leave the loop ends it. */
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

  /** Ends it at once: nothing more is handed out. */
  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#isOver = true;
    this.#waiting = [];
    this.close();
  }
}
