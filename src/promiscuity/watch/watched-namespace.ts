import type { DiscoveredNamespace } from "../../linux/namespace/discover-namespaces.js";
import type { NetworkNamespace } from "../../linux/namespace/network-namespace.js";
import { type LinkEvent, LinkEvents } from "../../linux/netlink/link-events.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import type { PacketSockets } from "../../linux/packet/packet-diag.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Holder } from "../holders/holder.js";
import { keepLink } from "../holders/keep-link.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import {
  isStackedAcross,
  MOST_LINKS,
  readSockets,
  resolvePeers,
  whyIncomplete,
} from "../holders/snapshot.js";
import { lowersOf } from "../holders/uppers.js";
import type { HoldersOfLink } from "./attribute.js";
import { type DescribedSockets, withSharers } from "./evidence/described-sockets.js";
import type { Owners } from "./evidence/sharers.js";
import type { LinkChanges } from "./follow-links.js";
import { Sight } from "./sight.js";

/** How many bytes of waiting events the kernel keeps: fewer for a namespace that any user can create. */
const WAITING = { privileged: 16 * 1024 * 1024, unprivileged: 512 * 1024 };

/**
 * A watched network namespace and all that is known about it: its links as of the last event, its sockets, and its
 * holders. The steps of the watch compute the next state, and this object keeps it.
 */
export class WatchedNamespace implements Disposable {
  readonly facts: NamespaceFacts;
  readonly namespace: NetworkNamespace;
  /** Whether its creator was privileged. Any user can create other namespaces. */
  readonly isPrivileged: boolean;
  readonly sight = new Sight();
  readonly #events: LinkEvents;
  /** Events that were read ahead and not delivered yet. */
  #ahead: LinkEvent[] = [];
  readonly #links = new Map<number, Link>();
  /** The links that are stacked on others. */
  readonly #stacked = new Map<number, Link>();
  readonly #peers = new Map<number, number>();
  #sockets: DescribedSockets = new Map();
  readonly #holders = new Map<number, HoldersOfLink>();

  /**
   * Subscribes to the namespace's events. This happens before {@link read} reads its links, so that no change is missed
   * in between.
   * @param onEvents called from the event loop; `links` is then as it was before the events
   */
  constructor(
    { namespace, isPrivileged, names, pids }: DiscoveredNamespace,
    own: boolean,
    onEvents: (watched: WatchedNamespace, events: LinkEvent[]) => void,
  ) {
    this.namespace = namespace;
    this.isPrivileged = isPrivileged;
    this.facts = { inode: namespace.inode, names, own, processes: pids.length };
    const bufferSize = WAITING[isPrivileged ? "privileged" : "unprivileged"];
    this.#events = namespace.enter(
      () => new LinkEvents((events) => onEvents(this, this.#after(events)), { bufferSize }),
    );
  }

  /** The most links that are kept. */
  get mostLinks(): number {
    return MOST_LINKS[this.isPrivileged ? "privileged" : "unprivileged"];
  }

  get inode(): number {
    return this.namespace.inode;
  }

  get links(): ReadonlyMap<number, Link> {
    return this.#links;
  }

  get stacked(): Iterable<Link> {
    return this.#stacked.values();
  }

  /** Its packet sockets, as of the last time they were read. */
  get sockets(): DescribedSockets {
    return this.#sockets;
  }

  /** The known holders of each link, by the link's index. */
  get holders(): ReadonlyMap<number, HoldersOfLink> {
    return this.#holders;
  }

  /** The inode numbers of other namespaces, by the ids that this namespace uses for them. */
  get peers(): ReadonlyMap<number, number> {
    return this.#peers;
  }

  /** Returns the events that wait and have not been delivered yet. */
  waiting(): LinkEvent[] {
    return this.#after(this.#events.waiting());
  }

  /**
   * Returns whether no events wait. Events that do wait are delivered with the next ones, or returned by {@link
   * waiting}.
   */
  hasCaughtUp(): boolean {
    this.#ahead = this.waiting();
    return this.#ahead.length === 0;
  }

  #after(events: LinkEvent[]): LinkEvent[] {
    const ahead = this.#ahead;
    this.#ahead = [];
    return ahead.length === 0 ? events : [...ahead, ...events];
  }

  /** Stops delivering events until {@link resume} is called. */
  pause(): void {
    this.#events.pause();
  }

  resume(): void {
    this.#events.resume();
  }

  /** Records changed links. */
  takeLinks({ links }: LinkChanges): void {
    for (const [index, link] of links) {
      if (link) this.#links.set(index, link);
      else this.#links.delete(index);
      if (link && lowersOf(link).length > 0) this.#stacked.set(index, link);
      else this.#stacked.delete(index);
    }
  }

  takeSockets(sockets: DescribedSockets): void {
    this.#sockets = sockets;
  }

  /** Records the holders of some links. A link that is gone has no holders any more. */
  takeHolders(holders: ReadonlyMap<number, HoldersOfLink>): void {
    for (const [index, ofLink] of holders)
      if (this.#links.has(index)) this.#holders.set(index, ofLink);
      else this.#holders.delete(index);
  }

  /** Adds the processes that share sockets to the holders. */
  takeSharers(found: Owners): void {
    this.#sockets = completed(this.#sockets, found);
    for (const [index, { promiscuity, allmulti }] of this.#holders)
      this.#holders.set(index, {
        promiscuity: completed(promiscuity, found),
        allmulti: completed(allmulti, found),
      });
  }

  /** Reads all links, as far as that is possible. */
  read(): { readonly links: readonly Link[]; readonly incomplete: string | undefined } {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      const dump = rtnetlink.linksPartly(keepLink, {
        most: this.mostLinks,
        // Don't retry: nothing else is watched meanwhile.
        ...(this.isPrivileged ? {} : { patience: 0 }),
      });
      return { links: dump.values, incomplete: whyIncomplete("interfaces", dump) };
    });
  }

  /** Reads those of the given links that exist. */
  readLinks(indices: readonly number[]): Link[] {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return indices.flatMap((index) => rtnetlink.linkIfExists(index) ?? []);
    });
  }

  readSockets(): PacketSockets {
    return this.namespace.enter(readSockets);
  }

  /** Whether a link is stacked on one in another namespace that isn't among the peers. */
  get lacksPeers(): boolean {
    for (const link of this.#stacked.values())
      if (isStackedAcross(link) && !this.#peers.has(link.linkNetnsId ?? -1)) return true;
    return false;
  }

  /** Asks the kernel which ids this namespace uses for others. */
  resolvePeers(others: Iterable<{ readonly namespace: NetworkNamespace }>): void {
    const found = this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return resolvePeers(rtnetlink, others);
    });
    for (const [id, inode] of found) this.#peers.set(id, inode);
  }

  /** Forgets a namespace that is gone, because its id may be reused for another one. */
  forgetPeer(gone: number): void {
    for (const [id, inode] of this.#peers) if (inode === gone) this.#peers.delete(id);
  }

  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    this.namespace[Symbol.dispose]();
  }
}

function completed<Key, Each extends Holder>(
  holders: ReadonlyMap<Key, Each>,
  found: Owners,
): ReadonlyMap<Key, Each> {
  const after = [...holders].map(([key, holder]) => [key, withSharers(holder, found)] as const);
  return after.some(([key, holder]) => holder !== holders.get(key)) ? new Map(after) : holders;
}
