import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Holder } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/report.js";
import type { Promiscuity } from "../promiscuity.js";

/** What `watch` tells of: a change, an interface's new name, or what it may have missed. */
export type WatchEvent = ChangeEvent | RenameEvent | LossEvent | SightEvent | UnwatchedEvent;

interface EventBase {
  /** ISO 8601 UTC, microseconds: when promisc learned of it. */
  readonly time: string;
  readonly netns: NamespaceFacts;
}

/** One of an interface's counts or flags changed. */
export interface ChangeEvent extends EventBase {
  readonly event: "change";
  readonly ifindex: number;
  readonly ifname: string;
  readonly before: Promiscuity;
  readonly after: Promiscuity;
  /** Why, where it isn't that somebody came or went. */
  readonly reason?: "appeared" | "removed" | "moved" | "re-read";
  readonly came: readonly Attribution[];
  readonly went: readonly Attribution[];
}

/** An interface that something holds has another name. */
export interface RenameEvent extends EventBase {
  readonly event: "renamed";
  readonly ifindex: number;
  readonly from: string;
  readonly ifname: string;
}

/** Something came faster than it was read. */
export interface LossEvent extends EventBase {
  readonly event: "lost";
  /**
   * - `events`: the kernel dropped events of this namespace, and everything in it was read again
   * - `trace`: traced system calls, of whatever namespace, so that who came or went may not be named
   */
  readonly source: "events" | "trace";
}

/**
 * A namespace can't be read whole any more (`incomplete`), or can again (`complete`). Until then it is tried again, and
 * changes in it are told as far as they are seen.
 */
export interface SightEvent extends EventBase {
  readonly event: "incomplete" | "complete";
  /** Why it can't. */
  readonly reason?: string;
}

/** Namespaces are not watched that should be; `netns` is the own one. */
export interface UnwatchedEvent extends EventBase {
  readonly event: "unwatched";
  /** How many, as far as they can be counted; 0 if none is left out any more. */
  readonly namespaces: number;
  /** Why. */
  readonly reason?: string;
}

/** Who came or went, and how it is known. */
export interface Attribution {
  /** Null if it was gone before it could be named. */
  readonly holder: Holder | null;
  /**
   * - `link`: the link's own message says so
   * - `socket`: the kernel's table of packet sockets, read at once
   * - `trace`: the system call was seen
   * - `gone`: it was gone before it could be named
   */
  readonly evidence: "link" | "socket" | "trace" | "gone";
  /** Who set or cleared the administrator's flag, where that was seen. */
  readonly actor?: ProcessDetails;
}
