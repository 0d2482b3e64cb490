import { PromiscError } from "../../errors.js";
import { formatMicroseconds, realTime } from "../../linux/clock/clock.js";
import { descriptorLimit } from "../../linux/ffi/file-descriptor.js";
import { type DiscoveredNamespace, MOST_UNPRIVILEGED } from "../../linux/namespace/discover-namespaces.js";
import { BATCH, type LinkEvent } from "../../linux/netlink/link-events.js";
import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import { whyIncomplete } from "../holders/snapshot.js";
import { type StackingNamespace, stackedLinks } from "../holders/stacked-links.js";
import { anyReasonOf } from "../reason.js";
import { Allowance } from "./allowance.js";
import { attributeTransitions, NOTHING_ATTRIBUTED } from "./attribute.js";
import { Delivery, Seldom } from "./delivery.js";
import type { ReportedEvent } from "./event.js";
import { describeSockets } from "./evidence/described-sockets.js";
import { type Owners, Sharers } from "./evidence/sharers.js";
import { type Tables, tablesOf } from "./evidence/tables.js";
import { lacksRequests } from "./evidence/traced-request.js";
import { LIFETIME_MS, RequestPatience, type Tracer, WaitingRequests } from "./evidence/waiting-requests.js";
import {
  appearances,
  followReading,
  followUpdates,
  joinChanges,
  type LinkBelow,
  type LinkChanges,
  type LinkUpdate,
  missingIn,
  NO_CHANGES,
} from "./follow-links.js";
import type { ListenerWatchHost } from "./listeners/listener-watch.js";
import { type FoundNamespaces, NamespaceFinder } from "./namespace-finder.js";
import type { Transition } from "./transition.js";
import { WatchedNamespace } from "./watched-namespace.js";

/** The events of one namespace since the last look. */
interface Batch {
  readonly watched: WatchedNamespace;
  readonly events: readonly LinkEvent[];
}

/** How often to check whether a namespace that couldn't be read is due for another try, in milliseconds. */
const RETRY_INTERVAL_MS = 500;

/** The shortest interval between two reports of lost system calls, in milliseconds. */
const LOSS_INTERVAL_MS = 1000;

/** The shortest interval between two reports of unwatched namespaces, in milliseconds. */
const UNWATCHED_INTERVAL_MS = 10_000;

/** The most links that are read one by one because they are missing in an incomplete dump and something held them. */
const MOST_VERIFIED = 1000;

/**
 * Watches all network namespaces that this process can reach, and reports every change of promiscuity in them. The
 * state of each namespace is in its {@link WatchedNamespace}, and the traced requests are in {@link WaitingRequests}.
 * This class determines the order of the steps: see `#takeEvents`.
 */
export class Watcher implements Disposable {
  readonly #namespaces = new Map<number, WatchedNamespace>();
  readonly #requests = new WaitingRequests();
  readonly #patience = new RequestPatience();
  readonly #sharers = new Sharers((found) => this.#takeSharers(found));
  readonly #delivery: Delivery;
  readonly #tracer: Tracer | undefined;
  readonly #finder: NamespaceFinder;
  /** Holders that exist before the watch begins are not reported; those in a namespace that appears later are. */
  #hasBegun = false;
  readonly #expiry: NodeJS.Timeout;
  readonly #retries: NodeJS.Timeout;
  /** The time allowed for namespaces that any user can create. */
  readonly #allowance = new Allowance({
    onSpent: () => {
      for (const watched of this.#unprivilegedNamespaces()) watched.pause();
    },
    onLeft: () => {
      for (const watched of this.#unprivilegedNamespaces()) watched.resume();
    },
  });
  readonly #mostUnprivileged = mostUnprivileged();
  #unprivileged = 0;
  #unwatched = { namespaces: 0, reason: "" };
  readonly #unwatchedNotice = new Seldom(UNWATCHED_INTERVAL_MS);
  readonly #lossNotice = new Seldom(LOSS_INTERVAL_MS);

  /**
   * @param emit called with each event
   * @param openTracer opens a source of traced requests, which adds them to the given ones
   */
  constructor(
    emit: (event: ReportedEvent) => void,
    openTracer?: (requests: WaitingRequests) => Tracer | undefined,
  ) {
    this.#delivery = new Delivery(emit);
    this.#tracer = openTracer?.(this.#requests);
    const room = (): number => this.#mostUnprivileged - this.#unprivileged;
    this.#finder = new NamespaceFinder({
      onFound: (found) => this.#onNamespaces(found),
      onFailure: (error) => this.#reportUnwatched(1, `they can't be looked for: ${anyReasonOf(error)}`),
      get room() {
        return room();
      },
    });
    this.#hasBegun = true;
    // Often enough that no request lives much longer than its lifetime.
    this.#expiry = setInterval(() => this.#expireRequests(), LIFETIME_MS / 4);
    this.#retries = setInterval(() => this.#retryReading(), RETRY_INTERVAL_MS);
  }

  get isTraced(): boolean {
    return this.#tracer !== undefined;
  }

  get namespaces(): number {
    return this.#namespaces.size;
  }

  /** The number of namespaces that are not watched. */
  get unwatched(): number {
    return this.#unwatched.namespaces;
  }

  /** Returns those of these names that no interface in a watched namespace has. */
  missing(names: Iterable<string>): string[] {
    const missing = new Set(names);
    for (const { links } of this.#namespaces.values()) {
      if (missing.size === 0) break;
      for (const { name } of links.values()) if (name !== undefined) missing.delete(name);
    }
    return [...missing];
  }

  /** Everything that a watch for listeners needs of this one. */
  get listenerHost(): ListenerWatchHost {
    const namespaces = (): WatchedNamespace[] => [...this.#namespaces.values()];
    return {
      get namespaces() {
        return namespaces();
      },
      examine: (watched, action) => this.#examine(watched, action),
      isPrivileged: (inode) => this.#namespaces.get(inode)?.isPrivileged === true,
      report: ({ listener, ...event }) => {
        const { netns = namespaces()[0]?.facts, ifindex, ifname } = listener;
        if (netns) this.#emit({ ...event, time: now(), netns, ...present({ ifindex, ifname }), listener });
      },
      notify: (event) => {
        const [own] = namespaces();
        if (own) this.#emit({ ...event, time: now(), netns: own.facts });
      },
    };
  }

  /** Runs an action for a namespace if it may be examined now. Returns undefined if it isn't run, or fails. */
  #examine<Result>(
    watched: WatchedNamespace,
    action: (watched: WatchedNamespace) => Result,
  ): Result | undefined {
    if (!this.#mayLookInto(watched) || this.#namespaces.get(watched.inode) !== watched) return undefined;
    let result: Result | undefined;
    this.#chargeFor(watched, () => {
      result = this.#within(watched, undefined, () => action(watched));
    });
    return result;
  }

  #onEvents(first: WatchedNamespace, events: readonly LinkEvent[]): void {
    this.#chargeFor(first, () => this.#takeEvents(first, events));
  }

  /**
   * Turns the kernel's events into reports. Each step is done for all namespaces before the next one, because a holder
   * may be in another namespace than the interface it holds.
   */
  #takeEvents(first: WatchedNamespace, events: readonly LinkEvent[]): void {
    const readAt = performance.now();
    const batches = this.#waitingBatches(first, events);
    const followed = batches.map((batch) => ({ ...batch, changes: this.#follow(batch) }));
    this.#drainTrace();
    this.#awaitRequests(followed);
    for (const { watched, changes } of followed)
      if (changes.transitions.length > 0 || changes.lowers.size > 0)
        this.#chargeFor(watched, () => {
          this.#report(watched, changes.transitions);
          for (const lower of changes.lowers.values())
            this.#within(watched, undefined, () => this.#readLower(watched, lower));
        });
    for (const { watched, events } of batches)
      if (events.length < BATCH) this.#requests.expire(watched.inode, readAt);
    // The link may have moved to a namespace that isn't watched yet.
    if (followed.some(({ changes }) => changes.hasMoved)) this.#finder.look();
  }

  /** Reports transitions. The tables and the trace show who caused them. */
  #report(watched: WatchedNamespace, transitions: readonly Transition[]): void {
    if (transitions.length === 0) return;
    const { namings, holders, used } = this.#within(watched, NOTHING_ATTRIBUTED, () => {
      const tables = this.#readTables(watched);
      const requests = this.#requests.of(watched.inode);
      return attributeTransitions(transitions, { holders: watched.holders, requests, tables });
    });
    watched.takeHolders(holders);
    this.#requests.take(watched.inode, used);
    if (!this.#hasBegun) return;
    for (const transition of transitions) {
      const { index, name, before, after, reason } = transition;
      const { came, went } = namings.get(transition) ?? { came: [], went: [] };
      const interfaceFacts = { netns: watched.facts, ifindex: index, ifname: name };
      const change = { before, after, ...present({ reason }), came, went };
      this.#emit({ event: "change", time: now(), ...interfaceFacts, ...change });
    }
  }

  /**
   * Collects the waiting events of one namespace and of all others, because a holder may be in another namespace than
   * the interface.
   */
  #waitingBatches(first: WatchedNamespace, events: readonly LinkEvent[]): Batch[] {
    const others = [...this.#namespaces.values()].filter(
      (watched) => watched !== first && this.#mayLookInto(watched),
    );
    return [{ watched: first, events }, ...others.map((watched) => ({ watched, events: watched.waiting() }))];
  }

  /** Applies events to the namespace's links, and returns the transitions. */
  #follow({ watched, events }: Batch): LinkChanges {
    if (events.length === 0) return NO_CHANGES;
    const parts: LinkChanges[] = [];
    this.#chargeFor(watched, () =>
      this.#within(watched, undefined, () => {
        for (const run of runsOf(events)) {
          if (run === "lost") {
            this.#emit({ event: "lost", source: "events", time: now(), netns: watched.facts });
            parts.push(this.#readAgain(watched));
          } else parts.push(this.#takeUpdates(watched, run));
        }
        if (watched.lacksPeers) watched.resolvePeers(this.#namespaces.values());
      }),
    );
    return joinChanges(parts);
  }

  #takeUpdates(watched: WatchedNamespace, updates: readonly LinkUpdate[]): LinkChanges {
    const changes = followUpdates(watched.links, updates, watched.mostLinks);
    watched.takeLinks(changes);
    for (const remark of changes.remarks)
      if (remark.kind === "no-room")
        this.#setSight(watched, whyIncomplete("interfaces", { incomplete: "too-many" }));
      else {
        const { index, from, to } = remark;
        const base = { time: now(), netns: watched.facts };
        this.#emit({ event: "renamed", ...base, ifindex: index, from, ifname: to });
      }
    return changes;
  }

  /** Reads all links of a namespace, as far as that is possible, and returns the differences. */
  #readAgain(watched: WatchedNamespace): LinkChanges {
    return this.#within(watched, NO_CHANGES, () => {
      const { links, incomplete } = watched.read();
      const missing = missingIn(watched.links, links);
      // A link that is missing in an incomplete dump may still exist.
      const doubtful = incomplete === undefined ? [] : missing.filter(isHeld).slice(0, MOST_VERIFIED);
      const found = doubtful.length > 0 ? watched.readLinks(doubtful.map(({ index }) => index)) : [];
      this.#setSight(watched, incomplete);
      const changes = followReading(watched.links, [...links, ...found]);
      watched.takeLinks(changes);
      return changes;
    });
  }

  /**
   * Reads a link below another one again. The kernel sends no event when such a link takes a unit for the addresses of
   * the one above.
   */
  #readLower(watched: WatchedNamespace, { index, upper: { linkNetnsId } }: LinkBelow): void {
    const inode = linkNetnsId === undefined ? watched.inode : watched.peers.get(linkNetnsId);
    const below = inode === undefined ? undefined : this.#namespaces.get(inode);
    const [link] = below?.readLinks([index]) ?? [];
    if (below && link) this.#report(below, this.#takeUpdates(below, [{ kind: "changed", link }]).transitions);
  }

  /** Reads what the kernel's tables show of a namespace now, and finds the processes of its sockets. */
  #readTables(watched: WatchedNamespace): Tables {
    const { inode, links } = watched;
    const sockets = this.#within(watched, [], () => this.#readSockets(watched));
    // The tables may be newer than the transitions. Then the events that wait describe what happened in between.
    const isCurrent = watched.hasCaughtUp();
    if (!isCurrent) setImmediate(() => this.#catchUp(watched));
    const uppers = stackedLinks(this.#stackedOn(inode));
    return tablesOf({ inode, links, sockets, described: watched.sockets, uppers }, isCurrent);
  }

  #readSockets(watched: WatchedNamespace): readonly PacketSocket[] {
    const { inode, isPrivileged } = watched;
    const { sockets, hasMore } = watched.readSockets();
    if (hasMore) this.#setSight(watched, whyIncomplete("packet sockets", { incomplete: "too-many" }));
    const described = describeSockets(watched.sockets, sockets, (socket) =>
      this.#requests.processOf(inode, socket),
    );
    watched.takeSockets(described.sockets);
    this.#sharers.find(described.owners, isPrivileged);
    return sockets;
  }

  /** Handles the events that were found when the tables had been read. */
  #catchUp(watched: WatchedNamespace): void {
    if (this.#namespaces.get(watched.inode) === watched && this.#mayLookInto(watched))
      this.#onEvents(watched, watched.waiting());
  }

  /** Yields the namespaces that may have links stacked on those of the given one. */
  *#stackedOn(below: number): Generator<StackingNamespace> {
    for (const { inode, stacked, peers } of this.#namespaces.values())
      if (inode === below || [...peers.values()].includes(below)) yield { inode, links: stacked, peers };
  }

  /** Handles the end of a search for processes that share sockets. */
  #takeSharers(found: Owners): void {
    if (found.size > 0) for (const watched of this.#namespaces.values()) watched.takeSharers(found);
    this.#delivery.complete(this.#sharers.done, found);
  }

  #emit(event: ReportedEvent): void {
    this.#delivery.add(event, this.#sharers.asked);
  }

  /**
   * Waits for the requests behind the changes. The kernel reports a change before the call that made it returns,
   * usually by some microseconds. The wait is limited, because changes made without traced calls must not keep promisc
   * waiting all the time.
   */
  #awaitRequests(followed: readonly { watched: WatchedNamespace; changes: LinkChanges }[]): void {
    const tracer = this.#tracer;
    if (!tracer) return;
    const isMissing = (): boolean =>
      followed.some(({ watched, changes: { transitions } }) =>
        lacksRequests(transitions, this.#requests.of(watched.inode)),
      );
    this.#patience.spend(isMissing, () => {
      tracer.wait(1);
      this.#drainTrace();
    });
  }

  #drainTrace(): void {
    const [own] = this.#namespaces.values();
    if (!this.#tracer || !own) return;
    this.#tracer.drain();
    // Limited, because any user may be able to fill the buffer all the time.
    if (this.#lossNotice.isDue(this.#tracer.lost))
      this.#emit({ event: "lost", source: "trace", time: now(), netns: own.facts });
  }

  /**
   * Removes old requests, but only after all events were read: in a flood, the events of their changes may be long
   * delayed.
   */
  #expireRequests(): void {
    const [first] = this.#namespaces.values();
    const waiting = this.#requests.namespaces;
    if (!first || waiting.length === 0) return;
    this.#onEvents(first, first.waiting());
    // A namespace that isn't watched by now has no events to wait for.
    for (const inode of waiting)
      if (!this.#namespaces.has(inode)) this.#requests.expire(inode, performance.now());
  }

  #onNamespaces({ appeared, vanished, leftOut }: FoundNamespaces): number[] {
    for (const inode of vanished) this.#vanish(inode);
    const untaken: number[] = [];
    const added: WatchedNamespace[] = [];
    for (const each of appeared) {
      const watched = this.#add(each);
      if (watched === "untaken") untaken.push(each.namespace.inode);
      else if (watched) added.push(watched);
    }
    for (const watched of this.#namespaces.values())
      if (watched.lacksPeers) this.#within(watched, undefined, () => watched.resolvePeers(added));
    for (const watched of added) {
      if (watched.lacksPeers)
        this.#within(watched, undefined, () => watched.resolvePeers(this.#namespaces.values()));
      this.#report(watched, appearances(watched.links));
    }
    this.#reportUnwatched(
      leftOut + untaken.length,
      "there are too many that any user can create, or too many open files",
    );
    return untaken;
  }

  #add(discovered: DiscoveredNamespace): WatchedNamespace | "untaken" | undefined {
    try {
      const isOwn = this.#namespaces.size === 0;
      const watched = new WatchedNamespace(discovered, isOwn, (...events) => this.#onEvents(...events));
      this.#namespaces.set(watched.inode, watched);
      if (!watched.isPrivileged) this.#unprivileged++;
      this.#within(watched, undefined, () => {
        const { links, incomplete } = watched.read();
        watched.takeLinks(followReading(watched.links, links));
        this.#setSight(watched, incomplete);
      });
      return watched;
    } catch (error) {
      discovered.namespace[Symbol.dispose]();
      return error instanceof PromiscError && error.code === "privilege" ? undefined : "untaken";
    }
  }

  /** Handles a namespace that is gone: nothing in it holds anything any more. */
  #vanish(inode: number): void {
    const watched = this.#namespaces.get(inode);
    if (!watched) return;
    this.#chargeFor(watched, () => {
      const last = this.#follow({ watched, events: watched.waiting() });
      const gone = followReading(watched.links, []);
      watched.takeLinks(gone);
      this.#report(watched, [...last.transitions, ...gone.transitions]);
    });
    this.#drop(inode);
    for (const other of this.#namespaces.values()) other.forgetPeer(inode);
  }

  #drop(inode: number): void {
    const watched = this.#namespaces.get(inode);
    if (watched && !watched.isPrivileged) this.#unprivileged--;
    watched?.[Symbol.dispose]();
    this.#namespaces.delete(inode);
  }

  /**
   * Runs an action that concerns one namespace. If it fails, that namespace is reported as incomplete and read again
   * later, and the watch goes on.
   */
  #within<Result>(watched: WatchedNamespace, otherwise: Result, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      this.#setSight(watched, anyReasonOf(error));
      return otherwise;
    }
  }

  /**
   * Records whether a namespace could be read, and reports it if that changed.
   * @param incomplete why it couldn't be read completely; undefined if it could
   */
  #setSight({ sight, facts }: WatchedNamespace, incomplete: string | undefined): void {
    if (!sight.set(incomplete)) return;
    const base = { time: now(), netns: facts };
    if (incomplete === undefined) this.#emit({ event: "complete", ...base });
    else this.#emit({ event: "incomplete", ...base, reason: incomplete });
  }

  #retryReading(): void {
    this.#reportUnwatchedIfDue();
    for (const watched of this.#namespaces.values())
      if (watched.sight.isRetryDue && this.#mayLookInto(watched))
        this.#chargeFor(watched, () => this.#report(watched, this.#readAgain(watched).transitions));
  }

  /**
   * Reports the number of unwatched namespaces, now or when the last report is long enough ago: any user may be able to
   * change it all the time.
   */
  #reportUnwatched(namespaces: number, reason: string): void {
    this.#unwatched = { namespaces, reason };
    this.#reportUnwatchedIfDue();
  }

  #reportUnwatchedIfDue(): void {
    const [own] = this.#namespaces.values();
    const { namespaces, reason } = this.#unwatched;
    if (!own || !this.#unwatchedNotice.isDue(namespaces)) return;
    const base = { event: "unwatched" as const, time: now(), netns: own.facts, namespaces };
    this.#emit(namespaces > 0 ? { ...base, reason } : base);
  }

  /** Returns whether a namespace may be examined now. Those that only root can create always may. */
  #mayLookInto({ isPrivileged }: WatchedNamespace): boolean {
    return isPrivileged || !this.#allowance.isSpent;
  }

  /** Runs an action for a namespace. The time spent on namespaces that any user can create is limited. */
  #chargeFor({ isPrivileged }: WatchedNamespace, action: () => void): void {
    if (isPrivileged) action();
    else this.#allowance.charge(action);
  }

  #unprivilegedNamespaces(): WatchedNamespace[] {
    return [...this.#namespaces.values()].filter(({ isPrivileged }) => !isPrivileged);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#expiry);
    clearInterval(this.#retries);
    this.#sharers[Symbol.dispose]();
    this.#allowance[Symbol.dispose]();
    this.#finder[Symbol.dispose]();
    this.#tracer?.[Symbol.dispose]();
    for (const inode of [...this.#namespaces.keys()]) this.#drop(inode);
  }
}

/** Splits events into runs of updates, and the losses between them. */
function* runsOf(events: readonly LinkEvent[]): Generator<readonly LinkUpdate[] | "lost"> {
  let run: LinkUpdate[] = [];
  for (const event of events) {
    if (event.kind !== "lost") {
      run.push(event);
      continue;
    }
    if (run.length > 0) yield run;
    run = [];
    yield "lost";
  }
  if (run.length > 0) yield run;
}

function isHeld({ promiscuity, allmulti }: Link): boolean {
  return Boolean(promiscuity || allmulti);
}

/**
 * Returns how many namespaces that any user can create may be watched. Each takes two descriptors; together they get a
 * quarter of all.
 */
function mostUnprivileged(): number {
  return Math.min(MOST_UNPRIVILEGED, Math.floor(descriptorLimit() / 8));
}

/** Returns the time by the system clock, which may be set at any moment. */
function now(): string {
  return formatMicroseconds(realTime());
}
