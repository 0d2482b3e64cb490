import type { DiscoveredNamespace } from "../../linux/discover-namespaces.js";
import { type LinkEvent, LinkEvents } from "../../linux/link-events.js";
import type { NetworkNamespace } from "../../linux/network-namespace.js";
import { Rtnetlink } from "../../linux/rtnetlink.js";
import type { Link } from "../../wire/rtnetlink/link.js";
import type { Counter } from "../holders/account.js";
import type { Holder } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/read.js";
import { readSockets, resolvePeers } from "../holders/snapshot.js";

/** The holders of one interface's count, by what tells one from another. */
export type KnownHolders = Map<string, Holder>;

/** A network namespace under watch: its links as of the last event, and who is known to hold them. */
export class WatchedNamespace implements Disposable {
  readonly facts: NamespaceFacts;
  readonly namespace: NetworkNamespace;
  readonly #events: LinkEvents;
  readonly #known: Record<Counter, Map<number, KnownHolders>> = {
    promiscuity: new Map(),
    allmulti: new Map(),
  };
  #links = new Map<number, Link>();
  #peers = new Map<number, number>();

  /** @param onEvents called from the event loop; `links` is as it was before them */
  constructor(
    { namespace, names, pids }: DiscoveredNamespace,
    own: boolean,
    onEvents: (watched: WatchedNamespace, events: LinkEvent[]) => void,
  ) {
    this.namespace = namespace;
    this.facts = { inode: namespace.inode, names, own, processes: pids.length };
    // Subscribed before the links are read, so that no change falls between the two.
    this.#events = namespace.enter(() => new LinkEvents((events) => onEvents(this, events)));
    for (const link of this.readLinks()) this.#links.set(link.index, link);
  }

  get inode(): number {
    return this.namespace.inode;
  }

  get links(): ReadonlyMap<number, Link> {
    return this.#links;
  }

  /** By the id that this namespace has for another one: that one's inode number. */
  get peers(): ReadonlyMap<number, number> {
    return this.#peers;
  }

  /** The events that wait and have not been brought yet. */
  waiting(): LinkEvent[] {
    return this.#events.waiting();
  }

  /** Takes a link's new state over. Returns the old one. */
  update(link: Link): Link | undefined {
    const before = this.#links.get(link.index);
    this.#links.set(link.index, link);
    return before;
  }

  remove(index: number): Link | undefined {
    const before = this.#links.get(index);
    this.#links.delete(index);
    return before;
  }

  /** Who is known to hold a link; to be changed in place. */
  known(counter: Counter, index: number): KnownHolders {
    const byIndex = this.#known[counter];
    let holders = byIndex.get(index);
    if (!holders) {
      holders = new Map();
      byIndex.set(index, holders);
    }
    return holders;
  }

  forget(index: number): void {
    this.#known.promiscuity.delete(index);
    this.#known.allmulti.delete(index);
  }

  readLinks(): Link[] {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return rtnetlink.links();
    });
  }

  readLink(index: number): Link | undefined {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return rtnetlink.linkIfExists(index);
    });
  }

  readSockets(): ReturnType<typeof readSockets> {
    return this.namespace.enter(readSockets);
  }

  /** Learns which ids this namespace has for the others. */
  resolvePeers(all: Iterable<{ readonly namespace: NetworkNamespace }>): void {
    this.#peers = this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return resolvePeers(rtnetlink, all);
    });
  }

  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    this.namespace[Symbol.dispose]();
  }
}
