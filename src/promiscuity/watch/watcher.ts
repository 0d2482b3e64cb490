import { PromiscError } from "../../errors.js";
import { findKnownAccount } from "../../linux/account/find-account.js";
import { formatMicroseconds, realTime } from "../../linux/clock/clock.js";
import { descriptorLimit } from "../../linux/ffi/descriptor-limit.js";
import { type DiscoveredNamespace, MOST_UNPRIVILEGED } from "../../linux/namespace/discover-namespaces.js";
import { BATCH, type LinkEvent } from "../../linux/netlink/link-events.js";
import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import { account, type Counter } from "../holders/account.js";
import { claimsOn, gatherEvidence } from "../holders/claims.js";
import type { Holder } from "../holders/holder.js";
import { whyIncomplete } from "../holders/snapshot.js";
import { type StackingNamespace, stackedLinks } from "../holders/stacked-links.js";
import { lowersOf } from "../holders/uppers.js";
import { anyReasonOf } from "../reason.js";
import { Allowance } from "./allowance.js";
import { byKey, type Naming, nameTransitions } from "./attribute.js";
import type { WatchEvent } from "./event.js";
import { type FoundNamespaces, NamespaceFinder } from "./namespace-finder.js";
import { Sharers } from "./sharers.js";
import { SocketCache } from "./socket-cache.js";
import { LIFETIME_MS, TracedCalls } from "./trace.js";
import { stepOf, type Transition, transitionBetween } from "./transition.js";
import { type KnownHolders, WatchedNamespace } from "./watched-namespace.js";

/** Where traced system calls come from. */
export interface Tracer extends Disposable {
  /** Hands over the calls that were seen until now. */
  drain(): void;
  /** Waits until a call is seen that wasn't handed over. @param patience in milliseconds */
  wait(patience: number): void;
  /** How many calls were seen and had no room. */
  readonly lost: number;
}

/** What happened in one namespace since it was last looked at. */
class Batch {
  readonly steps: Transition[] = [];
  /** Links that those stacked on them may have changed silently, each once. */
  readonly lowers = new Map<string, { readonly index: number; readonly upper: Link }>();
  hasMoved = false;

  constructor(
    readonly watched: WatchedNamespace,
    readonly events: readonly LinkEvent[],
  ) {}
}

const counters: readonly Counter[] = ["promiscuity", "allmulti"];

/** How long a call is waited for whose change has been heard of, and how long at most in a second, in milliseconds. */
const CALL_DELAY_MS = 3;
const CALL_DELAYS_MS = 50;

/** How often it is looked whether a namespace that couldn't be read is to be tried again, in milliseconds. */
const RETRY_INTERVAL_MS = 500;

/** How often at most it is said that traced calls were lost, in milliseconds. */
const LOSS_INTERVAL_MS = 1000;

/** How often at most it is said that namespaces are not watched, in milliseconds. */
const UNWATCHED_INTERVAL_MS = 10_000;

/** Links that are missing in a dump that isn't complete, and are asked for one by one because something held them. */
const MOST_VERIFIED = 1000;

/** Watches all network namespaces that can be reached, and tells of every change of promiscuity in them. */
export class Watcher implements Disposable {
  readonly #namespaces = new Map<number, WatchedNamespace>();
  readonly #calls = new TracedCalls();
  readonly #sharers = new Sharers(() => this.#deliverComplete());
  readonly #sockets = new SocketCache(this.#calls, this.#sharers);
  readonly #deliver: (event: WatchEvent) => void;
  /** Events, each with the search for sharers that has to be done before: all processes of its sockets are known then. */
  readonly #undelivered: { readonly event: WatchEvent; readonly after: number }[] = [];
  readonly #tracer: Tracer | undefined;
  readonly #finder: NamespaceFinder;
  /** What was so before the watch began is no news; what is so in a namespace that appears later is. */
  #hasBegun = false;
  readonly #expiry: NodeJS.Timeout;
  readonly #retries: NodeJS.Timeout;
  /** For the namespaces that any user can make. */
  readonly #allowance = new Allowance();
  readonly #mostUnprivileged = mostUnprivileged();
  #isCharging = false;
  #unprivileged = 0;
  /** Brings events of those again. */
  #pause: NodeJS.Timeout | undefined;
  #unwatched = { namespaces: 0, reason: "" };
  #unwatchedTold = 0;
  #unwatchedToldAt = Number.NEGATIVE_INFINITY;
  #lostCalls = 0;
  #lostCallsToldAt = Number.NEGATIVE_INFINITY;
  /** How long calls were waited for, in milliseconds, and since when that is counted. */
  #waited = 0;
  #waitedSince = Number.NEGATIVE_INFINITY;

  /** @param openTracer opens a source of traced calls, which it adds to those given */
  constructor(emit: (event: WatchEvent) => void, openTracer?: (calls: TracedCalls) => Tracer | undefined) {
    this.#deliver = emit;
    this.#tracer = openTracer?.(this.#calls);
    const room = (): number => this.#mostUnprivileged - this.#unprivileged;
    this.#finder = new NamespaceFinder({
      onFound: (found) => this.#onNamespaces(found),
      onFailure: (error) => this.#tellUnwatched(1, `they can't be looked for: ${anyReasonOf(error)}`),
      get room() {
        return room();
      },
    });
    this.#hasBegun = true;
    // Often enough that none lives much longer.
    this.#expiry = setInterval(() => this.#expireCalls(), LIFETIME_MS / 4);
    this.#retries = setInterval(() => this.#retryReading(), RETRY_INTERVAL_MS);
  }

  get namespaces(): number {
    return this.#namespaces.size;
  }

  /** How many namespaces exist that are not watched. */
  get unwatched(): number {
    return this.#unwatched.namespaces;
  }

  #emit(event: WatchEvent): void {
    this.#undelivered.push({ event, after: this.#sharers.asked });
    this.#deliverComplete();
  }

  #deliverComplete(): void {
    const waiting = this.#undelivered.findIndex(({ after }) => after > this.#sharers.done);
    const complete = this.#undelivered.splice(0, waiting < 0 ? this.#undelivered.length : waiting);
    for (const { event } of complete) this.#deliver(event);
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
      const steps = [...watched.links.values()].flatMap((link) => transitionBetween(undefined, link) ?? []);
      this.#tell(watched, steps);
    }
    this.#tellUnwatched(
      leftOut + untaken.length,
      "there are too many of those that any user can make, or of open files",
    );
    return untaken;
  }

  #add(discovered: DiscoveredNamespace): WatchedNamespace | "untaken" | undefined {
    try {
      const isOwn = this.#namespaces.size === 0;
      const watched = new WatchedNamespace(discovered, isOwn, (...events) => this.#onEvents(...events));
      this.#namespaces.set(watched.inode, watched);
      if (!watched.isPrivileged) this.#unprivileged++;
      this.#within(watched, undefined, () => this.#readFirst(watched));
      return watched;
    } catch (error) {
      discovered.namespace[Symbol.dispose]();
      return error instanceof PromiscError && error.code === "privilege" ? undefined : "untaken";
    }
  }

  #readFirst(watched: WatchedNamespace): void {
    const { links, incomplete } = watched.read();
    for (const link of links) watched.update(link);
    this.#setSight(watched, incomplete);
  }

  /** Whatever something did in a namespace that is gone, it does no more. */
  #vanish(inode: number): void {
    const watched = this.#namespaces.get(inode);
    if (!watched) return;
    this.#chargeFor(watched, () => {
      const batch = new Batch(watched, watched.waiting());
      this.#within(watched, undefined, () => this.#takeOver(batch));
      for (const link of [...watched.links.values()])
        batch.steps.push(...one(transitionBetween(watched.remove(link.index), undefined, "removed")));
      this.#tell(watched, batch.steps);
    });
    this.#drop(inode);
    for (const other of this.#namespaces.values()) other.forgetPeer(inode);
  }

  #drop(inode: number): void {
    const watched = this.#namespaces.get(inode);
    if (watched && !watched.isPrivileged) this.#unprivileged--;
    watched?.[Symbol.dispose]();
    this.#namespaces.delete(inode);
    this.#sockets.forget(inode);
  }

  /**
   * Does something within one namespace. Whatever fails there is that one's: it is said, tried again later, and ends
   * nothing.
   */
  #within<Result>(watched: WatchedNamespace, otherwise: Result, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      this.#setSight(watched, anyReasonOf(error));
      return otherwise;
    }
  }

  /** @param incomplete why a namespace couldn't be read whole; undefined if it was */
  #setSight(watched: WatchedNamespace, incomplete: string | undefined): void {
    const was = watched.incomplete;
    watched.incomplete = incomplete;
    if (incomplete === undefined) watched.retry.worked();
    else watched.retry.failed();
    if ((was === undefined) === (incomplete === undefined)) return;
    const base = { time: now(), netns: watched.facts };
    if (incomplete === undefined) this.#emit({ event: "complete", ...base });
    else this.#emit({ event: "incomplete", ...base, reason: incomplete });
  }

  /** Says it now, or when it wasn't said for some time: their number may change all the time. */
  #tellUnwatched(namespaces: number, reason: string): void {
    this.#unwatched = { namespaces, reason };
    this.#tellIfUnwatched();
  }

  #tellIfUnwatched(): void {
    const [own] = this.#namespaces.values();
    const { namespaces, reason } = this.#unwatched;
    if (!own || namespaces === this.#unwatchedTold) return;
    if (performance.now() < this.#unwatchedToldAt + UNWATCHED_INTERVAL_MS) return;
    this.#unwatchedTold = namespaces;
    this.#unwatchedToldAt = performance.now();
    const base = { event: "unwatched" as const, time: now(), netns: own.facts, namespaces };
    this.#emit(namespaces > 0 ? { ...base, reason } : base);
  }

  #retryReading(): void {
    this.#tellIfUnwatched();
    for (const watched of this.#namespaces.values())
      if (watched.incomplete !== undefined && watched.retry.isDue && this.#mayLookInto(watched))
        this.#chargeFor(watched, () => this.#tell(watched, this.#readAgain(watched)));
  }

  /** Whether there is time for a namespace: always for one that only root can make. */
  #mayLookInto({ isPrivileged }: WatchedNamespace): boolean {
    return isPrivileged || this.#pause === undefined;
  }

  /** Does something for a namespace. Those that any user can make have to wait when it took too much time. */
  #chargeFor(watched: WatchedNamespace, action: () => void): void {
    if (watched.isPrivileged || this.#isCharging) {
      action();
      return;
    }
    this.#isCharging = true;
    try {
      this.#allowance.charge(action);
    } finally {
      this.#isCharging = false;
    }
    const { wait } = this.#allowance;
    if (wait === 0 || this.#pause) return;
    for (const each of this.#namespaces.values()) if (!each.isPrivileged) each.pause();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      for (const each of this.#namespaces.values()) if (!each.isPrivileged) each.resume();
    }, wait);
  }

  #onEvents(first: WatchedNamespace, events: readonly LinkEvent[]): void {
    this.#chargeFor(first, () => this.#takeOverAll(first, events));
  }

  /** Takes over what happened in all namespaces before it names anyone: a holder may be in another one. */
  #takeOverAll(first: WatchedNamespace, events: readonly LinkEvent[]): void {
    const readAt = performance.now();
    const batches = [new Batch(first, events)];
    for (const watched of this.#namespaces.values())
      if (watched !== first && this.#mayLookInto(watched))
        batches.push(new Batch(watched, watched.waiting()));
    for (const batch of batches)
      if (batch.events.length > 0)
        this.#chargeFor(batch.watched, () =>
          this.#within(batch.watched, undefined, () => this.#takeOver(batch)),
        );
    this.#drainTrace();
    this.#awaitCalls(batches);
    for (const { watched, steps, lowers } of batches)
      if (steps.length > 0 || lowers.size > 0)
        this.#chargeFor(watched, () => {
          this.#tell(watched, steps);
          for (const { index, upper } of lowers.values())
            this.#within(watched, undefined, () => this.#readLower(watched, index, upper));
        });
    for (const { watched, events } of batches)
      if (events.length < BATCH) this.#calls.expire(watched.inode, readAt);
    // It may have gone to a namespace that isn't watched yet.
    if (batches.some(({ hasMoved }) => hasMoved)) this.#finder.look();
  }

  /** Calls are forgotten only after all events were read: in a flood those of their changes may be long on their way. */
  #expireCalls(): void {
    const [first] = this.#namespaces.values();
    const waiting = this.#calls.namespaces;
    if (!first || waiting.length === 0) return;
    this.#onEvents(first, first.waiting());
    // A namespace that isn't watched by then has no events to wait for.
    for (const inode of waiting)
      if (!this.#namespaces.has(inode)) this.#calls.expire(inode, performance.now());
  }

  #drainTrace(): void {
    const [own] = this.#namespaces.values();
    if (!this.#tracer || !own) return;
    this.#tracer.drain();
    const { lost } = this.#tracer;
    // Any user may keep calls from having room, all the time.
    if (lost === this.#lostCalls || performance.now() < this.#lostCallsToldAt + LOSS_INTERVAL_MS) return;
    this.#emit({ event: "lost", source: "trace", time: now(), netns: own.facts });
    this.#lostCalls = lost;
    this.#lostCallsToldAt = performance.now();
  }

  /**
   * The kernel reports a change before the call that made it returns, mostly by some microseconds. Who makes changes without
   * calls that are traced mustn't have promisc wait all the time.
   */
  #awaitCalls(batches: readonly Batch[]): void {
    if (!this.#tracer) return;
    const begin = performance.now();
    if (begin >= this.#waitedSince + 1000) {
      this.#waitedSince = begin;
      this.#waited = 0;
    }
    const end = begin + Math.min(CALL_DELAY_MS, CALL_DELAYS_MS - this.#waited);
    while (performance.now() < end && batches.some((batch) => this.#lacksCalls(batch))) {
      this.#tracer.wait(1);
      this.#drainTrace();
    }
    this.#waited += performance.now() - begin;
  }

  /** Whether a call isn't there that a change of the flag or a new membership must have been made by. */
  #lacksCalls({ watched, steps }: Batch): boolean {
    for (const [index, ofLink] of groupByIndex(steps)) {
      const calls = this.#calls.on(watched.inode, index, ofLink[0]?.name ?? "");
      for (const counter of counters) {
        const made = ofLink
          // What comes with an interface, or with a master, isn't made by these calls.
          .filter(({ reason, link }) => reason === undefined && link?.master === undefined)
          .map((step) => stepOf(step, counter));
        const count = (of: (step: { units: number; flag: number }) => number): number =>
          made.reduce((sum, step) => sum + Math.max(0, of(step)), 0);
        if (
          count(({ flag }) => flag) > calls.count({ counter, flag: true, on: true }) ||
          count(({ flag }) => -flag) > calls.count({ counter, flag: true, on: false }) ||
          count(({ units, flag }) => units - flag) > calls.count({ counter, flag: false, on: true })
        )
          return true;
      }
    }
    return false;
  }

  #takeOver(batch: Batch): void {
    const { watched, events, steps, lowers } = batch;
    for (const event of events) {
      if (event.kind === "lost") {
        this.#emit({ event: "lost", source: "events", time: now(), netns: watched.facts });
        steps.push(...this.#readAgain(watched));
        continue;
      }
      const { link } = event;
      if (event.kind === "removed") {
        const isMove = link.newNetnsId !== undefined;
        batch.hasMoved ||= isMove;
        steps.push(
          ...one(transitionBetween(watched.remove(link.index), undefined, isMove ? "moved" : "removed")),
        );
      } else steps.push(...this.#take(watched, link));
      for (const index of lowersOf(link)) lowers.set(`${link.linkNetnsId} ${index}`, { index, upper: link });
    }
    if (watched.lacksPeers) watched.resolvePeers(this.#namespaces.values());
  }

  #take(watched: WatchedNamespace, link: Link): Transition[] {
    if (!watched.hasRoom && !watched.links.has(link.index)) {
      this.#setSight(watched, whyIncomplete("interfaces", { incomplete: "too-many" }));
      return [];
    }
    const before = watched.update(link);
    if (before && before.name !== link.name && (link.promiscuity || link.allmulti))
      this.#emit({
        event: "renamed",
        time: now(),
        netns: watched.facts,
        ifindex: link.index,
        from: before.name ?? "",
        ifname: link.name ?? "",
      });
    return one(transitionBetween(before, link));
  }

  /** Reads all links of a namespace, as far as that can be done, and returns what is different. */
  #readAgain(watched: WatchedNamespace): Transition[] {
    return this.#within(watched, [], () => {
      const { links, incomplete } = watched.read();
      const present = new Set(links.map(({ index }) => index));
      const missing = [...watched.links.values()].filter(({ index }) => !present.has(index));
      // Of what couldn't be read whole, what is missing needn't be gone.
      const doubtful = incomplete === undefined ? [] : missing.filter(isHeld).slice(0, MOST_VERIFIED);
      const found = doubtful.length > 0 ? watched.readLinks(doubtful.map(({ index }) => index)) : [];
      for (const { index } of found) present.add(index);
      this.#setSight(watched, incomplete);
      return [
        ...missing
          .filter(({ index }) => !present.has(index))
          .flatMap(({ index }) => one(transitionBetween(watched.remove(index), undefined, "removed"))),
        ...[...links, ...found].flatMap((link) =>
          one(transitionBetween(watched.update(link), link, "re-read")),
        ),
      ];
    });
  }

  /** The kernel sends no event when a link below takes a unit for the addresses of one above. */
  #readLower(watched: WatchedNamespace, index: number, { linkNetnsId }: Link): void {
    const inode = linkNetnsId === undefined ? watched.inode : watched.peers.get(linkNetnsId);
    const below = inode === undefined ? undefined : this.#namespaces.get(inode);
    const [link] = below?.readLinks([index]) ?? [];
    if (below && link) this.#tell(below, this.#take(below, link));
  }

  #tell(watched: WatchedNamespace, steps: readonly Transition[]): void {
    if (steps.length === 0) return;
    const none: ReadonlyMap<Transition, Naming> = new Map();
    const namings = this.#within(watched, none, () => this.#name(watched, steps));
    if (!this.#hasBegun) return;
    for (const step of steps) {
      const { before, after, reason } = step;
      this.#emit({
        event: "change",
        time: now(),
        netns: watched.facts,
        ifindex: step.index,
        ifname: step.name,
        before,
        after,
        ...present({ reason }),
        ...(namings.get(step) ?? { came: [], went: [] }),
      });
    }
  }

  /** Names who made each step: interface by interface, because one's steps explain each other. */
  #name(watched: WatchedNamespace, steps: readonly Transition[]): Map<Transition, Naming> {
    const sockets = this.#within(watched, [], () => this.#readSockets(watched));
    // The tables may be newer than the steps: then the events that wait say what happened in between.
    const isCurrent = watched.hasCaughtUp();
    if (!isCurrent) setImmediate(() => this.#catchUp(watched));
    const uppers = stackedLinks(this.#stackedOn(watched.inode));
    const holdersAt = remember((link: Link, counter: Counter): KnownHolders => {
      const namespace = { inode: watched.inode, sockets, unicastAddresses: new Map() };
      const evidence = gatherEvidence(namespace, watched.links, link, uppers);
      const describe = (socket: PacketSocket, units: number): Holder =>
        this.#sockets.holder(watched.inode, socket, units);
      const claims = claimsOn(evidence, counter, describe, findKnownAccount);
      return byKey(account(link[counter] ?? 0, claims));
    });
    const namings = new Map<Transition, Naming>(steps.map((step) => [step, { came: [], went: [] }]));
    for (const [index, ofLink] of groupByIndex(steps)) {
      const calls = this.#calls.on(watched.inode, index, ofLink[0]?.name ?? "");
      for (const counter of counters) {
        const tables = { holdersAt, isCurrent };
        const named = nameTransitions(ofLink, counter, watched.known(counter, index), tables, calls);
        ofLink.forEach((step, at) => {
          namings.get(step)?.came.push(...(named[at]?.came ?? []));
          namings.get(step)?.went.push(...(named[at]?.went ?? []));
        });
      }
      if (!watched.links.has(index)) watched.forget(index);
    }
    return namings;
  }

  /** Takes over the events that were found when the tables had been read. */
  #catchUp(watched: WatchedNamespace): void {
    if (this.#namespaces.get(watched.inode) === watched && this.#mayLookInto(watched))
      this.#onEvents(watched, watched.waiting());
  }

  #readSockets(watched: WatchedNamespace): readonly PacketSocket[] {
    const { sockets, hasMore } = watched.readSockets();
    if (hasMore) this.#setSight(watched, whyIncomplete("packet sockets", { incomplete: "too-many" }));
    this.#sockets.update(watched.inode, sockets, watched.isPrivileged);
    return sockets;
  }

  /** The namespaces that may have links stacked on those of one. */
  *#stackedOn(below: number): Generator<StackingNamespace> {
    for (const { inode, stacked, peers } of this.#namespaces.values())
      if (inode === below || [...peers.values()].includes(below)) yield { inode, links: stacked, peers };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#expiry);
    clearInterval(this.#retries);
    this.#sharers[Symbol.dispose]();
    clearTimeout(this.#pause);
    this.#finder[Symbol.dispose]();
    this.#tracer?.[Symbol.dispose]();
    for (const inode of [...this.#namespaces.keys()]) this.#drop(inode);
  }
}

/** A flood of changes leaves a link in a few states again and again. */
function remember(
  holdersAt: (link: Link, counter: Counter) => KnownHolders,
): (link: Link | undefined, counter: Counter) => KnownHolders {
  const known = new Map<string, KnownHolders>();
  return (link, counter) => {
    if (!link?.[counter]) return new Map();
    const { index, promiscuity, allmulti, flags, master } = link;
    const key = [counter, index, promiscuity, allmulti, flags, master].join(" ");
    const holders = known.get(key) ?? holdersAt(link, counter);
    known.set(key, holders);
    return new Map(holders);
  };
}

function isHeld({ promiscuity, allmulti }: Link): boolean {
  return Boolean(promiscuity || allmulti);
}

/** Each namespace takes two descriptors; those that any user can make get a quarter of all. */
function mostUnprivileged(): number {
  return Math.min(MOST_UNPRIVILEGED, Math.floor(descriptorLimit() / 8));
}

function one<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

function groupByIndex(steps: readonly Transition[]): Map<number, Transition[]> {
  const groups = new Map<number, Transition[]>();
  for (const step of steps) {
    const group = groups.get(step.index);
    if (group) group.push(step);
    else groups.set(step.index, [step]);
  }
  return groups;
}

/** By the machine's clock, which may be set at any time. */
function now(): string {
  return formatMicroseconds(realTime());
}
