import { findKnownAccount } from "../../../linux/account/find-account.js";
import type { Link } from "../../../wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../../wire/kernel/sock-diag/packet.js";
import { accountFor, type Counter } from "../../holders/accounting.js";
import { claimsOn, gatherEvidence } from "../../holders/claims.js";
import type { LocatedLink } from "../../holders/facts.js";
import type { Holder } from "../../holders/holder.js";
import { type DescribedSockets, socketHolder } from "./described-sockets.js";

/** The holders of one count of an interface, by {@link keyOfHolder}. */
export type HoldersByKey = ReadonlyMap<string, Holder>;

/** The holders of a link according to the tables. */
export interface Listing {
  readonly holders: HoldersByKey;
  /** How many units are unexplained and have no candidates. */
  readonly unnamed: number;
}

/** What the kernel's tables of one namespace show now. */
export interface Tables {
  /** Returns the holders of a link in the state in which a transition left it. A link that is gone has none. */
  readonly holdersOf: (link: Link | undefined, counter: Counter) => Listing;
  /** Whether the tables show nothing that happened after the last transition. */
  readonly isCurrent: boolean;
}

/** What {@link tablesOf} needs. */
export interface NamespaceTables {
  readonly inode: number;
  readonly links: ReadonlyMap<number, Link>;
  readonly sockets: readonly PacketSocket[];
  readonly described: DescribedSockets;
  /** The links of all namespaces that are stacked on others, as `stackedLinks` returns them. */
  readonly uppers: ReadonlyMap<string, readonly LocatedLink[]>;
}

/**
 * Combines the tables of a namespace. The holders of a link are determined when they are first asked for, once for each
 * state of the link.
 */
export function tablesOf(
  { inode, links, sockets, described, uppers }: NamespaceTables,
  isCurrent: boolean,
): Tables {
  const namespace = { inode, sockets, unicastAddresses: new Map() };
  const describe = (socket: PacketSocket, units: number): Holder => socketHolder(described, socket, units);
  const list = (link: Link, counter: Counter): Listing => {
    const evidence = gatherEvidence(namespace, links, link, uppers);
    return listingOf(accountFor(link[counter] ?? 0, claimsOn(evidence, counter, describe, findKnownAccount)));
  };
  return { holdersOf: remember(list), isCurrent };
}

const NOBODY: Listing = { holders: new Map(), unnamed: 0 };

/** Caches listings, because a flood of changes leaves a link in the same few states again and again. */
function remember(list: (link: Link, counter: Counter) => Listing): Tables["holdersOf"] {
  const known = new Map<string, Listing>();
  return (link, counter) => {
    if (!link?.[counter]) return NOBODY;
    const { index, promiscuity, allmulti, flags, master } = link;
    const key = [counter, index, promiscuity, allmulti, flags, master].join(" ");
    const listing = known.get(key) ?? list(link, counter);
    known.set(key, listing);
    return listing;
  };
}

export function listingOf(holders: readonly Holder[]): Listing {
  const isUnnamed = (holder: Holder): boolean =>
    holder.kind === "unexplained" && holder.candidates.length === 0;
  return {
    holders: byKey(holders.filter((holder) => !isUnnamed(holder))),
    unnamed: holders.filter(isUnnamed).reduce((sum, { units }) => sum + units, 0),
  };
}

export function byKey(holders: readonly Holder[]): HoldersByKey {
  return new Map(holders.map((holder) => [keyOfHolder(holder), holder]));
}

/** Returns a key that identifies a holder among those of an interface. */
export function keyOfHolder(holder: Holder): string {
  switch (holder.kind) {
    case "socket":
      return keyOfSocket(holder.socket.inode);
    case "device":
      return `device ${holder.device.netns} ${holder.device.ifindex}`;
    case "hidden":
      return holder.socket ? keyOfSocket(holder.socket.inode) : "hidden";
    default:
      return holder.kind;
  }
}

export function keyOfSocket(inode: number): string {
  return `socket ${inode}`;
}
