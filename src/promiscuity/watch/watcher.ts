import { PromiscError } from "../../errors.js";
import { findKnownAccount } from "../../linux/account/find-account.js";
import { formatMicroseconds, realTime } from "../../linux/clock.js";
import type { DiscoveredNamespace } from "../../linux/discover-namespaces.js";
import { BATCH, type LinkEvent } from "../../linux/link-events.js";
import type { Link } from "../../wire/rtnetlink/link.js";
import type { PacketSocket } from "../../wire/sock-diag/packet.js";
import { account, type Counter } from "../holders/account.js";
import { claimsOn, gatherEvidence } from "../holders/claims.js";
import type { Holder } from "../holders/holder.js";
import { isStackedAcross } from "../holders/snapshot.js";
import { stackedLinks } from "../holders/stacked-links.js";
import { stackedKinds } from "../holders/uppers.js";
import { byKey, type Naming, nameTransitions } from "./attribute.js";
import type { WatchEvent } from "./event.js";
import { NamespaceFinder } from "./namespace-finder.js";
import { SocketCache } from "./socket-cache.js";
import { LIFETIME_MS, TracedCalls } from "./trace.js";
import { type Transition, transitionBetween } from "./transition.js";
import { type KnownHolders, WatchedNamespace } from "./watched-namespace.js";

/** Where traced system calls come from. */
export interface Tracer extends Disposable {
  /** Hands over the calls that were seen until now. */
  drain(): void;
  /** How many calls were seen and had no room. */
  readonly lost: number;
}

/** What happened in one namespace since it was last looked at. */
class Batch {
  readonly steps: Transition[] = [];
  /** Links stacked on others, which they may have changed silently. */
  readonly uppers: Link[] = [];
  hasMoved = false;

  constructor(
    readonly watched: WatchedNamespace,
    readonly events: readonly LinkEvent[],
  ) {}
}

const counters: readonly Counter[] = ["promiscuity", "allmulti"];

/** Watches all network namespaces that can be reached, and tells of every change of promiscuity in them. */
export class Watcher implements Disposable {
  readonly #namespaces = new Map<number, WatchedNamespace>();
  readonly #calls = new TracedCalls();
  readonly #sockets = new SocketCache(this.#calls);
  readonly #emit: (event: WatchEvent) => void;
  readonly #tracer: Tracer | undefined;
  readonly #finder: NamespaceFinder;
  /** What was so before the watch began is no news; what is so in a namespace that appears later is. */
  #hasBegun = false;
  readonly #expiry: NodeJS.Timeout;
  #lostCalls = 0;

  /** @param openTracer opens a source of traced calls, which it adds to those given */
  constructor(emit: (event: WatchEvent) => void, openTracer?: (calls: TracedCalls) => Tracer | undefined) {
    this.#emit = emit;
    this.#tracer = openTracer?.(this.#calls);
    this.#finder = new NamespaceFinder((appeared, vanished) => this.#onNamespaces(appeared, vanished));
    this.#hasBegun = true;
    // Often enough that none lives much longer.
    this.#expiry = setInterval(() => this.#expireCalls(), LIFETIME_MS / 4);
  }

  get namespaces(): number {
    return this.#namespaces.size;
  }

  #onNamespaces(appeared: readonly DiscoveredNamespace[], vanished: readonly number[]): void {
    for (const inode of vanished) this.#drop(inode);
    const added = appeared.flatMap((each) => this.#add(each) ?? []);
    for (const watched of this.#namespaces.values())
      if ([...watched.links.values()].some(isStackedAcross)) watched.resolvePeers(this.#namespaces.values());
    for (const watched of added) {
      const steps = [...watched.links.values()].flatMap((link) => transitionBetween(undefined, link) ?? []);
      this.#tell(watched, steps);
    }
  }

  #add(discovered: DiscoveredNamespace): WatchedNamespace | undefined {
    try {
      const isOwn = this.#namespaces.size === 0;
      const watched = new WatchedNamespace(discovered, isOwn, (...events) => this.#onEvents(...events));
      this.#namespaces.set(watched.inode, watched);
      return watched;
    } catch (error) {
      discovered.namespace[Symbol.dispose]();
      if (error instanceof PromiscError && error.code === "privilege") return undefined;
      throw error;
    }
  }

  #drop(inode: number): void {
    this.#namespaces.get(inode)?.[Symbol.dispose]();
    this.#namespaces.delete(inode);
    this.#sockets.forget(inode);
  }

  /** Takes over what happened in all namespaces before it names anyone: a holder may be in another one. */
  #onEvents(first: WatchedNamespace, events: readonly LinkEvent[]): void {
    const readAt = performance.now();
    const batches = [new Batch(first, events)];
    for (const watched of this.#namespaces.values())
      if (watched !== first) batches.push(new Batch(watched, watched.waiting()));
    // A call is seen before the change that it makes: those of all these changes are there now.
    this.#drainTrace();
    for (const batch of batches) this.#takeOver(batch);
    for (const { watched, steps } of batches) this.#tell(watched, steps);
    for (const { watched, uppers } of batches) for (const upper of uppers) this.#readLower(watched, upper);
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
    if (lost > this.#lostCalls) this.#emit({ event: "lost", source: "trace", time: now(), netns: own.facts });
    this.#lostCalls = lost;
  }

  #takeOver(batch: Batch): void {
    const { watched, events, steps, uppers } = batch;
    for (const event of events) {
      if (event.kind === "lost") {
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
      if (stackedKinds.has(link.info?.kind ?? "")) uppers.push(link);
    }
  }

  #take(watched: WatchedNamespace, link: Link): Transition[] {
    const before = watched.update(link);
    if (isStackedAcross(link) && !watched.peers.has(link.linkNetnsId ?? -1))
      watched.resolvePeers(this.#namespaces.values());
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

  #readAgain(watched: WatchedNamespace): Transition[] {
    this.#emit({ event: "lost", source: "events", time: now(), netns: watched.facts });
    const links = watched.readLinks();
    const present = new Set(links.map(({ index }) => index));
    const gone = [...watched.links.keys()].filter((index) => !present.has(index));
    return [
      ...gone.flatMap((index) => one(transitionBetween(watched.remove(index), undefined, "removed"))),
      ...links.flatMap((link) => one(transitionBetween(watched.update(link), link, "re-read"))),
    ];
  }

  /** The kernel sends no event when a link below takes a unit for the addresses of one above. */
  #readLower(watched: WatchedNamespace, { link: index, linkNetnsId }: Link): void {
    const inode = linkNetnsId === undefined ? watched.inode : watched.peers.get(linkNetnsId);
    const below = inode === undefined ? undefined : this.#namespaces.get(inode);
    const link = index ? below?.readLink(index) : undefined;
    if (below && link) this.#tell(below, this.#take(below, link));
  }

  #tell(watched: WatchedNamespace, steps: readonly Transition[]): void {
    if (steps.length === 0) return;
    const namings = this.#name(watched, steps);
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
        ...(reason ? { reason } : {}),
        ...(namings.get(step) ?? { came: [], went: [] }),
      });
    }
  }

  /** Names who made each step: interface by interface, because one's steps explain each other. */
  #name(watched: WatchedNamespace, steps: readonly Transition[]): Map<Transition, Naming> {
    const tables = watched.readSockets();
    this.#sockets.update(watched.inode, tables.sockets);
    const uppers = stackedLinks(this.#stacking());
    const holdersAt = (link: Link | undefined, counter: Counter): KnownHolders => {
      if (!link?.[counter]) return new Map();
      const evidence = gatherEvidence(
        { inode: watched.inode, sockets: tables.sockets, unicastAddresses: new Map() },
        watched.links,
        link,
        uppers,
      );
      const describe = (socket: PacketSocket, units: number): Holder =>
        this.#sockets.holder(watched.inode, socket, units);
      const claims = claimsOn(evidence, counter, describe, findKnownAccount);
      return byKey(account(link[counter], claims));
    };
    const namings = new Map<Transition, Naming>(steps.map((step) => [step, { came: [], went: [] }]));
    for (const [index, ofLink] of groupByIndex(steps)) {
      const calls = this.#calls.on(watched.inode, index, ofLink[0]?.name ?? "");
      for (const counter of counters) {
        const named = nameTransitions(ofLink, counter, watched.known(counter, index), holdersAt, calls);
        ofLink.forEach((step, at) => {
          namings.get(step)?.came.push(...(named[at]?.came ?? []));
          namings.get(step)?.went.push(...(named[at]?.went ?? []));
        });
      }
      if (!watched.links.has(index)) watched.forget(index);
    }
    return namings;
  }

  *#stacking(): Generator<{ inode: number; links: Iterable<Link>; peers: ReadonlyMap<number, number> }> {
    for (const { inode, links, peers } of this.#namespaces.values())
      yield { inode, links: links.values(), peers };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#expiry);
    this.#finder[Symbol.dispose]();
    this.#tracer?.[Symbol.dispose]();
    for (const inode of [...this.#namespaces.keys()]) this.#drop(inode);
  }
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
