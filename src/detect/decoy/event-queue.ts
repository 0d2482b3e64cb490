/** Events from callbacks, for one `for await`. */
export class EventQueue<Event> {
  #waiting: Event[] = [];
  #wake = (): void => {};
  #end: { readonly error?: unknown } | undefined;

  push(event: Event): void {
    if (this.#end) return;
    this.#waiting.push(event);
    this.#wake();
  }

  /** Nothing more comes; what waits is still handed out, then the error is thrown, if there is one. */
  close(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake();
  }

  /** Nothing more is handed out. */
  clear(): void {
    this.close();
    this.#waiting = [];
  }

  async *drain(): AsyncGenerator<Event, void> {
    for (;;) {
      for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) yield event;
      if (this.#end) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#end.error !== undefined) throw this.#end.error;
  }
}
