import { findKnownAccount } from "../../../linux/account/find-account.js";
import type { NetworkNamespace } from "../../../linux/namespace/network-namespace.js";
import type { Unseen } from "../../../linux/netlink/unseen.js";
import { describeUser } from "../../../linux/process/process-details.js";
import { IPPROTO_RAW } from "../../../linux/socket/raw-ip-sockets.js";
import { present } from "../../../present.js";
import { AF_INET, AF_PACKET, AF_XDP } from "../../../wire/kernel/address-family.js";
import { remedyForBlindness } from "../../holders/read.js";
import { readSockets } from "../../holders/snapshot.js";
import { SocketFilters } from "../../listeners/descriptors.js";
import { listenersIn } from "../../listeners/list.js";
import type { Listener, ListenerFilter, NotLookedAt } from "../../listeners/listener.js";
import { ProgramDirectory } from "../../listeners/programs.js";
import { InterfaceDirectory } from "../../listeners/rules.js";
import { type ListenerTables, NO_TABLES, readTables } from "../../listeners/tables.js";
import type { WatchedNamespace } from "../watched-namespace.js";
import type { EventBudget } from "./event-budget.js";
import type { ListenerHost } from "./host.js";
import {
  holdsAsBefore,
  keyOfListeningSocket,
  type ListeningSocket,
  listeningSockets,
  receivesAsBefore,
} from "./listening-socket.js";
import { Round } from "./round.js";
import type { TracedListener, TracedListeners } from "./traced-listeners.js";

/** A known socket. */
interface KnownSocket {
  readonly seen: ListeningSocket;
  /** Absent if there are too many to describe. */
  readonly listener?: Listener;
  /** Whether it counts as reported, so that its end is reported too. */
  readonly isReported: boolean;
}

/** The sockets of a network namespace. */
interface State {
  /** Whether its sockets existed before the watch began, so that they are not reported. */
  isFirst: boolean;
  sockets: Map<string, KnownSocket>;
}

/** The most sockets of a namespace that any user can create that are kept, and of all of these namespaces together. */
const MOST_OF_ONE = 2000;
const MOST_UNPRIVILEGED = 60_000;

/** The most sockets of such a namespace that are described at a time. */
const MOST_DESCRIBED = 100;

/** How long a traced socket waits until its network namespace can be examined, in milliseconds. */
const LONGEST_WAIT_MS = 2000;

/** Compares the sockets that receive frames with those before, and reports which came, changed and went. */
export class SocketWatch {
  readonly #host: ListenerHost;
  readonly #traced: TracedListeners;
  readonly #budget: EventBudget;
  readonly #onUnseen: (unseen: readonly NotLookedAt[]) => void;
  /** Those that were read longest ago come first. */
  readonly #states = new Map<number, State>();
  #hasBegun = false;

  /** @param onUnseen called after each look with what couldn't be examined */
  constructor(
    host: ListenerHost,
    traced: TracedListeners,
    budget: EventBudget,
    onUnseen: (unseen: readonly NotLookedAt[]) => void,
  ) {
    this.#host = host;
    this.#traced = traced;
    this.#budget = budget;
    this.#onUnseen = onUnseen;
  }

  /** The number of sockets at the last look. */
  get count(): number {
    let count = 0;
    for (const { sockets } of this.#states.values()) count += sockets.size;
    return count;
  }

  /** Examines all network namespaces, one in each step. */
  *poll(): Generator<void> {
    const round = new Round();
    for (const watched of this.#inOrder()) {
      this.#read(watched, round);
      yield;
    }
    this.#onUnseen(round.notLookedAt.entries());
    this.#hasBegun = true;
  }

  /** Examines the network namespaces in which sockets were traced. */
  readTraced(): void {
    const round = new Round();
    const watched = this.#namespaces();
    for (const inode of this.#traced.namespaces) {
      const traced = this.#traced.of(inode);
      const first = traced.values().next().value;
      const where = watched.get(inode);
      const known = this.#inodes(inode);
      if (where && this.#read(where, round)) this.#reportVanished(where, traced, known);
      else if (first && performance.now() < first.since + LONGEST_WAIT_MS) continue;
      else this.#reportVanished(where ?? unknownNamespace(inode), traced, known);
      this.#traced.forget(inode);
    }
  }

  /** Returns the network namespaces in the order in which they are examined. Those that are gone are removed. */
  #inOrder(): WatchedNamespace[] {
    const watched = this.#namespaces();
    for (const [inode, state] of this.#states) if (!watched.has(inode)) this.#vanish(inode, state);
    for (const inode of watched.keys())
      if (!this.#states.has(inode)) this.#states.set(inode, { isFirst: !this.#hasBegun, sockets: new Map() });
    return [...this.#states.keys()].flatMap((inode) => watched.get(inode) ?? []);
  }

  #namespaces(): Map<number, WatchedNamespace> {
    return new Map(this.#host.namespaces.map((watched) => [watched.inode, watched]));
  }

  #vanish(inode: number, { sockets }: State): void {
    this.#states.delete(inode);
    for (const known of sockets.values()) this.#reportEnd(known, false);
  }

  /** Examines one network namespace. Returns whether that was possible. */
  #read(watched: WatchedNamespace, round: Round): boolean {
    const { inode } = watched;
    const state = this.#states.get(inode) ?? { isFirst: !this.#hasBegun, sockets: new Map() };
    // Last in order now.
    this.#states.delete(inode);
    this.#states.set(inode, state);
    const isRead = this.#host.examine(watched, () => {
      const { sockets, isComplete } = this.#readSockets(watched, round);
      this.#follow(watched, state, sockets, isComplete, round);
      state.isFirst = false;
      return true;
    });
    return isRead === true;
  }

  #readSockets(
    { namespace, facts, isPrivileged }: WatchedNamespace,
    { notLookedAt }: Round,
  ): { sockets: ListeningSocket[]; isComplete: boolean } {
    const { found, tables } = readKernel(namespace);
    for (const unseen of tables.unseen) notLookedAt.add(unseen, facts);
    const sockets = listeningSockets(found.sockets, tables);
    const isComplete = !found.hasMore && tables.unseen.every(isWithoutValues);
    const most = isPrivileged ? sockets.length : Math.max(0, Math.min(MOST_OF_ONE, this.#room()));
    return { sockets: sockets.slice(0, most), isComplete: isComplete && sockets.length <= most };
  }

  /** Returns how many more sockets may be kept of namespaces that any user can create. */
  #room(): number {
    let room = MOST_UNPRIVILEGED;
    for (const { inode, isPrivileged } of this.#host.namespaces)
      if (!isPrivileged) room -= this.#states.get(inode)?.sockets.size ?? 0;
    return room;
  }

  #follow(
    watched: WatchedNamespace,
    state: State,
    sockets: readonly ListeningSocket[],
    isComplete: boolean,
    round: Round,
  ): void {
    const now = new Map(sockets.map((socket) => [keyOfListeningSocket(socket), socket]));
    const news = [...now].filter(([key, socket]) => {
      const known = state.sockets.get(key);
      return !known || !receivesAsBefore(known.seen, socket) || !holdsAsBefore(known.seen, socket);
    });
    const most = watched.isPrivileged ? news.length : MOST_DESCRIBED;
    const described = this.#describe(watched, news.slice(0, most), round);
    for (const [key, known] of state.sockets) {
      if (now.has(key) || !isComplete) continue;
      state.sockets.delete(key);
      this.#reportEnd(known, watched.isPrivileged);
    }
    this.#budget.leaveOut(state.isFirst ? 0 : news.length - Math.min(most, news.length));
    for (const [key, seen] of news) {
      const known = state.sockets.get(key);
      const listener = described.get(key);
      const isQuiet = listener === undefined || isHolder(listener);
      state.sockets.set(key, {
        seen,
        isReported: known?.isReported === true || !isQuiet,
        ...present({ listener }),
      });
      if (isQuiet || state.isFirst) continue;
      const evidence = this.#traced.of(watched.inode).has(inodeOf(seen) ?? -1) ? "trace" : "poll";
      const before = known?.isReported ? known.listener : undefined;
      if (known && before && receivesAsBefore(known.seen, seen)) continue;
      this.#report(
        before
          ? { event: "listener-changed", listener, before, evidence }
          : { event: "listener-came", listener, evidence },
        watched.isPrivileged,
      );
    }
  }

  #describe(
    watched: WatchedNamespace,
    sockets: readonly (readonly [string, ListeningSocket])[],
    round: Round,
  ): Map<string, Listener> {
    if (sockets.length === 0) return new Map();
    const { inode, facts: netns, links } = watched;
    const traced = this.#traced.of(inode);
    const { directory, xdpSocketOwners, filters, notLookedAt } = round;
    const each = sockets.map(([, socket]) => socket);
    const tables: ListenerTables = {
      ...NO_TABLES,
      packetSockets: new Map(
        each.flatMap((one) =>
          one.kind === "packet" && one.details ? [[one.socket.inode, one.details]] : [],
        ),
      ),
      rawSockets: each.flatMap((one) => (one.kind === "raw" ? one.socket : [])),
      xdpQueues: each.flatMap((one) => (one.kind === "xdp" ? one.socket : [])),
    };
    const snapshot = {
      inode,
      links: [],
      sockets: each.flatMap((one) => (one.kind === "packet" ? one.socket : [])),
    };
    const describe = (pids: readonly number[]) => directory.describe(pids);
    const listeners = listenersIn(
      { snapshot, netns, interfaces: new InterfaceDirectory([...links.values()]) },
      tables,
      filters,
      {
        processes: (socket) => {
          const found = directory.processes({ inode: socket });
          const process = traced.get(socket)?.process;
          return found.length === 0 && process ? [process] : found;
        },
        describe,
        programs: new ProgramDirectory([], [], describe),
        bpfLinks: [],
        taps: [],
        socketFilters: new SocketFilters(directory, remedyForBlindness()),
        xdpSocketOwners,
        notLookedAt,
      },
    );
    return new Map(listeners.map((listener) => [keyOfListenersSocket(listener), listener]));
  }

  /** Returns the inode numbers of the known sockets of a namespace. */
  #inodes(netns: number): ReadonlySet<number | undefined> {
    const { sockets = new Map() } = this.#states.get(netns) ?? {};
    return new Set([...sockets.values()].map(({ seen }) => inodeOf(seen)));
  }

  /**
   * Reports the traced sockets that were closed before they could be examined.
   * @param before the sockets that were known before their namespace was examined
   */
  #reportVanished(
    watched: VanishedFrom,
    traced: ReadonlyMap<number, TracedListener>,
    before: ReadonlySet<number | undefined>,
  ): void {
    const now = this.#inodes(watched.inode);
    const { isPrivileged } = watched;
    for (const [socket, each] of traced) {
      if (each.isHolder || before.has(socket) || now.has(socket)) continue;
      const listener = describeVanished(watched, socket, each);
      if (!listener) continue;
      this.#report({ event: "listener-came", listener, evidence: "trace" }, isPrivileged);
      this.#report({ event: "listener-went", listener, evidence: "poll" }, isPrivileged);
    }
  }

  #reportEnd({ listener, isReported }: KnownSocket, isPrivileged: boolean): void {
    if (listener && isReported)
      this.#report({ event: "listener-went", listener, evidence: "poll" }, isPrivileged);
  }

  #report(event: Parameters<ListenerHost["report"]>[0], isPrivileged: boolean): void {
    if (isPrivileged || this.#budget.take()) this.#host.report(event);
  }
}

function readKernel(namespace: NetworkNamespace): {
  found: ReturnType<typeof readSockets>;
  tables: ListenerTables;
} {
  return namespace.enter(() => ({
    found: readSockets(),
    tables: readTables({ links: [] }, 0, "sockets"),
  }));
}

/** Returns whether none of something could be read, so that nothing known can be missing. */
function isWithoutValues({ why }: Unseen): boolean {
  return why === "not-examined" || why === "privilege";
}

/** A packet socket that holds the very interface from which it receives is reported as its holder. */
function isHolder(listener: Listener): boolean {
  const { kind, ifindex } = listener;
  return kind === "packet-socket" && ifindex !== undefined && listener.held.includes(ifindex);
}

function inodeOf({ socket }: ListeningSocket): number | undefined {
  return socket.inode;
}

/** Returns the key that a listener's socket has. */
function keyOfListenersSocket(listener: Listener): string {
  switch (listener.kind) {
    case "packet-socket":
      return `packet ${listener.socket.inode}`;
    case "raw-socket":
      return `raw ${listener.inode}`;
    case "xdp-socket":
      return `xdp ${listener.ifindex} ${listener.queue} ${listener.inode ?? ""}`;
    default:
      return "";
  }
}

/** What is said of the network namespace of a socket that was closed before it could be examined. */
type VanishedFrom = Pick<WatchedNamespace, "inode" | "facts" | "links" | "isPrivileged">;

/** Returns what is known of a namespace that isn't watched, mostly because it was gone too soon. */
function unknownNamespace(inode: number): VanishedFrom {
  const facts = { inode, names: [], own: false, processes: 0 };
  return { inode, facts, links: new Map(), isPrivileged: false };
}

/** Describes a socket by what its system calls said; undefined if it received nothing. */
function describeVanished(
  { facts: netns, links }: VanishedFrom,
  inode: number,
  { process, uid, family, protocol, index, queue }: TracedListener,
): Listener | undefined {
  const processes = [process];
  const place = index === 0 ? {} : { ifindex: index, ...present({ ifname: links.get(index)?.name }) };
  const user = describeUser(uid, findKnownAccount);
  const filter: ListenerFilter = {
    kind: "unknown",
    reason: "the socket was closed before it could be read",
  };
  if (family === AF_XDP)
    return { kind: "xdp-socket", netns, ...place, queue: queue ?? 0, inode, ...user, processes };
  if (protocol === 0) return undefined;
  if (family === AF_PACKET) {
    const socket = { inode, protocol, boundTo: index, ...user };
    return { kind: "packet-socket", netns, ...place, socket, holds: false, held: [], filter, processes };
  }
  if (protocol === IPPROTO_RAW) return undefined;
  const version = family === AF_INET ? "ipv4" : "ipv6";
  return { kind: "raw-socket", netns, family: version, protocol, inode, ...user, filter, processes };
}
