import { checkOptions, type OptionKinds } from "../../check-options.js";
import { PromiscError } from "../../errors.js";
import { learnUsersOfProcesses } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import { WakeQueue } from "../../wake-queue.js";
import type { ReportedEvent, WatchEvent } from "./event.js";
import { traceSystemCalls } from "./evidence/requests-from-calls.js";
import { Watcher } from "./watcher.js";

/** Options of {@link watchPromiscuity}. */
export interface WatchOptions {
  /** Ends the watch and the iteration when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * Whether to trace system calls by eBPF, if this process may and the kernel can. The trace names holders even if they
   * hold an interface only for a moment, and the processes that set or clear the flag. It makes every system call on
   * the machine some 110 ns slower. Defaults to true.
   */
  readonly trace?: boolean;
}

const watchOptions: OptionKinds<WatchOptions> = { signal: "signal?", trace: "boolean?" };

/**
 * Watches every network namespace that this process can reach and yields each change of promiscuity as it happens. The
 * watch begins when the first event is asked for.
 * Events that come while the caller is busy are queued.
 * @param options see {@link WatchOptions}
 * @returns the events, the first of which is a {@link WatchStart}; they end when the signal aborts
 * @throws PromiscError `kernel` if /proc or the kernel's tables can't be read
 */
export async function* watchPromiscuity(options: WatchOptions = {}): AsyncGenerator<WatchEvent> {
  checkOptions("watchPromiscuity", options, watchOptions);
  const { signal, trace = true } = options;
  using queue = new WakeQueue<ReportedEvent>(signal);
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
  yield { event: "start", namespaces, unwatched, ...present({ untraced }) };
  yield* queue;
}
