import type { DiscoveredNamespace } from "../../linux/namespace/discover-namespaces.js";
import type { NetworkNamespace } from "../../linux/namespace/network-namespace.js";
import { type LinkEvent, LinkEvents } from "../../linux/netlink/link-events.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import type { PacketSockets } from "../../linux/packet/packet-diag.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Holder } from "../holders/holder.js";
import { keepLink } from "../holders/keep-link.js";
import type { NamespaceFacts } from "../holders/report.js";
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

/** Bytes that the kernel keeps of events that wait: less of a namespace that any user can make. */
const WAITING = { privileged: 16 * 1024 * 1024, unprivileged: 512 * 1024 };

/**
 * A network namespace under watch, and all that is known of it: its links as of the last event, its sockets, and who holds what.
 * What is to be known next the steps of the watch find out; it changes here alone.
 */
export class WatchedNamespace implements Disposable {
  readonly facts: NamespaceFacts;
  readonly namespace: NetworkNamespace;
  /** Whether who made it was privileged; any user can make others. */
  readonly isPrivileged: boolean;
  readonly sight = new Sight();
  readonly #events: LinkEvents;
  /** Events that were read before their time. */
  #ahead: LinkEvent[] = [];
  readonly #links = new Map<number, Link>();
  /** Those of them that are stacked on others. */
  readonly #stacked = new Map<number, Link>();
  readonly #peers = new Map<number, number>();
  #sockets: DescribedSockets = new Map();
  readonly #holders = new Map<number, HoldersOfLink>();

  /**
   * Subscribes to its events, before its links are read with {@link read}, so that no change falls between the two.
   * @param onEvents called from the event loop; `links` is as it was before them
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

  /** How many links there is room for. */
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

  /** Its packet sockets, as they were when they were last read. */
  get sockets(): DescribedSockets {
    return this.#sockets;
  }

  /** By a link's index: who is known to hold it. */
  get holders(): ReadonlyMap<number, HoldersOfLink> {
    return this.#holders;
  }

  /** By the id that this namespace has for another one: that one's inode number. */
  get peers(): ReadonlyMap<number, number> {
    return this.#peers;
  }

  /** The events that wait and have not been brought yet. */
  waiting(): LinkEvent[] {
    return this.#after(this.#events.waiting());
  }

  /** Whether no events wait. Those that do are brought with the next ones, or by {@link waiting}. */
  hasCaughtUp(): boolean {
    this.#ahead = this.waiting();
    return this.#ahead.length === 0;
  }

  #after(events: LinkEvent[]): LinkEvent[] {
    const ahead = this.#ahead;
    this.#ahead = [];
    return ahead.length === 0 ? events : [...ahead, ...events];
  }

  /** Until {@link resume} no events are brought. */
  pause(): void {
    this.#events.pause();
  }

  resume(): void {
    this.#events.resume();
  }

  /** What became of its links. */
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

  /** Who holds some of its links now. Of one that is gone nobody is known any more. */
  takeHolders(holders: ReadonlyMap<number, HoldersOfLink>): void {
    for (const [index, ofLink] of holders)
      if (this.#links.has(index)) this.#holders.set(index, ofLink);
      else this.#holders.delete(index);
  }

  /** Who shares sockets with those who are known to have them. */
  takeSharers(found: Owners): void {
    this.#sockets = completed(this.#sockets, found);
    for (const [index, { promiscuity, allmulti }] of this.#holders)
      this.#holders.set(index, {
        promiscuity: completed(promiscuity, found),
        allmulti: completed(allmulti, found),
      });
  }

  /** All links as they are now, as far as they can be read. */
  read(): { readonly links: readonly Link[]; readonly incomplete: string | undefined } {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      const dump = rtnetlink.linksPartly(keepLink, {
        most: this.mostLinks,
        // Nothing else is watched meanwhile.
        ...(this.isPrivileged ? {} : { patience: 0 }),
      });
      return { links: dump.values, incomplete: whyIncomplete("interfaces", dump) };
    });
  }

  /** Those of some links that exist. */
  readLinks(indices: readonly number[]): Link[] {
    return this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return indices.flatMap((index) => rtnetlink.linkIfExists(index) ?? []);
    });
  }

  readSockets(): PacketSockets {
    return this.namespace.enter(readSockets);
  }

  /** Whether one of its links is stacked on another namespace's that isn't among the peers. */
  get lacksPeers(): boolean {
    for (const link of this.#stacked.values())
      if (isStackedAcross(link) && !this.#peers.has(link.linkNetnsId ?? -1)) return true;
    return false;
  }

  /** Learns which ids this namespace has for others. */
  resolvePeers(others: Iterable<{ readonly namespace: NetworkNamespace }>): void {
    const found = this.namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return resolvePeers(rtnetlink, others);
    });
    for (const [id, inode] of found) this.#peers.set(id, inode);
  }

  /** A namespace is gone; its id may be given to another one. */
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
