import { PromiscError } from "../../errors.js";
import { learnUsersOfProcesses } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import { WakeQueue } from "../../wake-queue.js";
import type { WatchEvent } from "./event.js";
import { traceSystemCalls } from "./evidence/requests-from-calls.js";
import { Watcher } from "./watcher.js";

export interface WatchOptions {
  /** Ends the watch, and with it the iteration. */
  readonly signal?: AbortSignal;
  /**
   * Whether to trace system calls by eBPF where this process may and the kernel can: that names holders however short,
   * and who sets or clears the flag, and makes every system call on the machine some 110 ns slower meanwhile. By default so.
   */
  readonly trace?: boolean;
  /** Called once, when the watch has begun. */
  readonly onReady?: (start: WatchStart) => void;
}

export interface WatchStart {
  /** How many network namespaces are watched. */
  readonly namespaces: number;
  /** How many there are besides: they are beyond the bound, or can't be opened. */
  readonly unwatched: number;
  /** Why system calls are not traced, though they should be. */
  readonly untraced?: PromiscError;
}

/**
 * Tells of every change of promiscuity, in every network namespace that can be reached, as it happens. What comes while
 * the caller is busy waits for it.
 * @throws PromiscError
 */
export async function* watchPromiscuity({
  signal,
  trace = true,
  onReady,
}: WatchOptions = {}): AsyncGenerator<WatchEvent> {
  using queue = new WakeQueue<WatchEvent>(signal);
  let untraced: PromiscError | undefined;
  using watcher = new Watcher(
    (event) => queue.push(event),
    (requests) => {
      if (!trace) return undefined;
      try {
        return traceSystemCalls(requests);
      } catch (error) {
        if (!(error instanceof PromiscError)) throw error;
        untraced = error;
        return undefined;
      }
    },
  );
  learnUsersOfProcesses();
  const { namespaces, unwatched } = watcher;
  onReady?.({ namespaces, unwatched, ...present({ untraced }) });
  yield* queue;
}
