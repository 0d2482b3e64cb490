import { checkOptions, type OptionKinds } from "../../check-options.js";
import { PromiscError } from "../../errors.js";
import { learnUsersOfProcesses } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import { WakeQueue } from "../../wake-queue.js";
import { whenAborted } from "../../when-aborted.js";
import type { ListenerEvent, ReportedEvent, WatchEvent } from "./event.js";
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
  /**
   * Names of interfaces, in any namespace. If there are any, only these interfaces' changes are yielded, and the events
   * about what may have been missed. They don't have to exist yet: see {@link WatchStart}.
   */
  readonly interfaces?: readonly string[];
  /**
   * Whether what gets copies of frames without holding an interface promiscuous is reported too: packet sockets, raw IP
   * sockets, AF_XDP sockets, programs, rules, and readers of tap devices. Sockets are found by the trace, and once a
   * second; the others every ten seconds. Defaults to false.
   */
  readonly listeners?: boolean;
}

const watchOptions: OptionKinds<WatchOptions> = {
  signal: "signal?",
  trace: "boolean?",
  interfaces: "strings?",
  listeners: "boolean?",
};

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
  const { signal, trace = true, interfaces = [], listeners = false } = options;
  using queue = new WakeQueue<ReportedEvent>(signal);
  let untraced: PromiscError | undefined;
  const { ListenerWatch, TracedListeners } = listeners
    ? await import("./listeners/listener-watch.js")
    : { ListenerWatch: undefined, TracedListeners: undefined };
  const traced = TracedListeners && new TracedListeners();
  using watcher = new Watcher(
    (event) => queue.push(event),
    (requests) => {
      if (!trace) return undefined;
      try {
        return traceSystemCalls(requests, traced && ((...call) => traced.add(...call)));
      } catch (error) {
        if (!(error instanceof PromiscError)) throw error;
        untraced = error;
        return undefined;
      }
    },
  );
  using listenerWatch = ListenerWatch && traced && new ListenerWatch(watcher.listenerHost, traced);
  using _end = whenAborted(signal, () => listenerWatch?.[Symbol.dispose]());
  const listenersAtStart = await listenerWatch?.start;
  learnUsersOfProcesses();
  const { namespaces, unwatched } = watcher;
  const missing = watcher.missing(interfaces);
  yield {
    event: "start",
    namespaces,
    unwatched,
    ...present({
      missing: missing.length > 0 ? missing : undefined,
      untraced,
      listeners: listenersAtStart && { ...listenersAtStart, isTraced: watcher.isTraced },
    }),
  };
  if (interfaces.length === 0) yield* queue;
  else for await (const event of queue) if (isAbout(event, interfaces)) yield event;
}

/** Returns whether an event is about one of these interfaces. An event about a possible loss is about every one. */
function isAbout(event: ReportedEvent, names: readonly string[]): boolean {
  if (isListenerEvent(event)) return event.ifname === undefined || names.includes(event.ifname);
  if (event.event !== "change" && event.event !== "renamed") return true;
  return names.includes(event.ifname) || (event.event === "renamed" && names.includes(event.from));
}

function isListenerEvent(event: ReportedEvent): event is ListenerEvent {
  return "listener" in event;
}
