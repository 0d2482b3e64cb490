import type { WatchEvent } from "./event.js";
import { Watcher } from "./watcher.js";

export interface WatchOptions {
  /** Ends the watch, and with it the iteration. */
  readonly signal?: AbortSignal;
  /** Called once, when the watch has begun: with the number of network namespaces that it sees. */
  readonly onReady?: (namespaces: number) => void;
}

/**
 * Tells of every change of promiscuity, in every network namespace that can be reached, as it happens. What comes while
 * the caller is busy waits for it.
 * @throws PromiscError
 */
export async function* watchPromiscuity({ signal, onReady }: WatchOptions = {}): AsyncGenerator<WatchEvent> {
  let waiting: WatchEvent[] = [];
  let wake = (): void => {};
  using watcher = new Watcher((event) => {
    waiting.push(event);
    wake();
  });
  onReady?.(watcher.namespaces);
  const stop = (): void => wake();
  signal?.addEventListener("abort", stop);
  try {
    while (!signal?.aborted) {
      const events = waiting;
      waiting = [];
      yield* events;
      if (waiting.length === 0 && !signal?.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
