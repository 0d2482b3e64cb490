import type { PromiscError } from "../../errors.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Holder } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { Listener, NotLookedAt } from "../listeners/listener.js";
import type { Promiscuity } from "../promiscuity.js";

/** An event that `watchPromiscuity` yields: a change, an interface's new name, or what it may have missed. */
export type WatchEvent = WatchStart | ReportedEvent;

/** An event that the watch reports after its start. */
export type ReportedEvent =
  | ChangeEvent
  | RenameEvent
  | LossEvent
  | SightEvent
  | UnwatchedEvent
  | ListenerEvent
  | UnreportedListenersEvent
  | NotLookedAtEvent;

/** The first event: the watch has begun, and changes are reported from now on. */
export interface WatchStart {
  readonly event: "start";
  /** The number of network namespaces that are watched. */
  readonly namespaces: number;
  /** The number of namespaces that are not watched, because there are too many or they can't be opened. */
  readonly unwatched: number;
  /** Those of the given interfaces that no watched namespace has yet; absent if there are none. */
  readonly missing?: readonly string[];
  /** Why system calls are not traced, if they should be. */
  readonly untraced?: PromiscError;
  /** How listeners are found; present if they are watched. */
  readonly listeners?: WatchedListeners;
}

/** How listeners are found. */
export interface WatchedListeners {
  /** How many there are at the beginning. Those that hold an interface promiscuous are among them. */
  readonly count: number;
  /** Whether sockets are also found by the trace of system calls. */
  readonly isTraced: boolean;
  /** How often sockets are read, in seconds. They are read less often if that takes long. */
  readonly socketInterval: number;
  /** How often programs, rules and readers of tap devices are read, in seconds; less often if that takes long. */
  readonly ruleInterval: number;
  /** What can't be examined. */
  readonly notLookedAt: readonly NotLookedAt[];
}

interface EventBase {
  /** When promisc learned of it: ISO 8601, UTC, with microseconds. */
  readonly time: string;
  /** The network namespace in which it happened. */
  readonly netns: NamespaceFacts;
}

/** One of an interface's counts or flags changed. */
export interface ChangeEvent extends EventBase {
  readonly event: "change";
  readonly ifindex: number;
  readonly ifname: string;
  readonly before: Promiscuity;
  readonly after: Promiscuity;
  /**
   * Why it changed, unless it is because a holder came or went.
   *
   * - `appeared`: the interface, or its namespace, is new to the watch
   * - `removed`: the interface was removed
   * - `moved`: the interface was moved to another network namespace
   * - `re-read`: the change was noticed when everything in the namespace was read again
   */
  readonly reason?: "appeared" | "removed" | "moved" | "re-read";
  /** The holders that came. */
  readonly came: readonly Attribution[];
  /** The holders that went. */
  readonly went: readonly Attribution[];
}

/** An interface that something holds was renamed. */
export interface RenameEvent extends EventBase {
  readonly event: "renamed";
  readonly ifindex: number;
  /** The former name. */
  readonly from: string;
  readonly ifname: string;
}

/** Some events or system calls were lost, because they came faster than they could be read. */
export interface LossEvent extends EventBase {
  readonly event: "lost";
  /**
   * What was lost.
   *
   * - `events`: events of this namespace; everything in it was read again
   * - `trace`: traced system calls, in any namespace, so that some holders may not be named
   */
  readonly source: "events" | "trace";
}

/**
 * A namespace can no longer be read completely (`incomplete`), or can again (`complete`). Meanwhile promisc retries,
 * and reports the changes that it does see.
 */
export interface SightEvent extends EventBase {
  readonly event: "incomplete" | "complete";
  /** Why it can't be read completely. */
  readonly reason?: string;
}

/** Some namespaces that should be watched are not. `netns` is the caller's own. */
export interface UnwatchedEvent extends EventBase {
  readonly event: "unwatched";
  /** How many are known not to be watched; 0 when all are watched again. */
  readonly namespaces: number;
  /** Why they are not watched. */
  readonly reason?: string;
}

/**
 * Something began to get copies of frames, or stopped, or gets others than before. Sockets that hold an interface
 * promiscuous are reported as holders only.
 */
export interface ListenerEvent extends EventBase {
  /**
   * - `listener-came`: it listens now
   * - `listener-changed`: a socket was bound to another interface or protocol, or has another filter
   * - `listener-went`: it doesn't listen any more
   */
  readonly event: "listener-came" | "listener-changed" | "listener-went";
  /** The index of the interface; absent for every interface of the namespace. */
  readonly ifindex?: number;
  /** The interface's name; absent for every interface of the namespace. */
  readonly ifname?: string;
  readonly listener: Listener;
  /** The listener as it was; present if it changed. */
  readonly before?: Listener;
  /**
   * How it is known.
   *
   * - `trace`: the system call was seen
   * - `poll`: the kernel's tables were read again
   */
  readonly evidence: "trace" | "poll";
}

/** What the watch for listeners reports. The watch adds the time and the place. */
export type ListenerReport = Pick<ListenerEvent, "event" | "listener" | "before" | "evidence">;

/** Listeners came or went that are not reported one by one, in network namespaces that any user can create. */
export interface UnreportedListenersEvent extends EventBase {
  readonly event: "listeners-unreported";
  /** How many came, changed or went. */
  readonly listeners: number;
}

/** Something can't be examined for listeners that could be before. `netns` is the caller's own. */
export interface NotLookedAtEvent extends EventBase {
  readonly event: "not-looked-at";
  readonly notLookedAt: NotLookedAt;
}

/** A holder that came or went, and how it is known. */
export interface Attribution {
  /** The holder; absent if it was gone before it could be named. */
  readonly holder?: Holder;
  /**
   * How the holder is known.
   *
   * - `link`: the kernel's message about the link says so
   * - `socket`: from the kernel's table of packet sockets, which was read at once
   * - `trace`: the system call was seen
   * - `gone`: it was gone before it could be named
   */
  readonly evidence: "link" | "socket" | "trace" | "gone";
  /** The process that set or cleared the administrator's flag, if that was seen. */
  readonly actor?: ProcessDetails;
}
