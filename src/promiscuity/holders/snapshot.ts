import { PromiscError } from "../../errors.js";
import type { DiscoveredNamespace } from "../../linux/namespace/discover-namespaces.js";
import type { NetworkNamespace } from "../../linux/namespace/network-namespace.js";
import type { PartialDump } from "../../linux/netlink/netlink-connection.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { type PacketSockets, readPacketSockets } from "../../linux/packet/packet-diag.js";
import { readProcNetPacket } from "../../linux/packet/proc-net-packet.js";
import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { type Neighbour, NTF_SELF, NUD_PERMANENT } from "../../wire/kernel/rtnetlink/neighbour.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import { keepLink } from "./keep-link.js";
import { lowersOf } from "./uppers.js";

/** What one network namespace's kernel tables say that bears on promiscuity. */
export interface NamespaceSnapshot {
  readonly inode: number;
  readonly names: readonly string[];
  readonly pids: readonly number[];
  readonly links: readonly Link[];
  /** By the link's index: its secondary unicast addresses. */
  readonly unicastAddresses: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Those without `memberships` may hold any of the links. */
  readonly sockets: readonly PacketSocket[];
  /** By the id that this namespace has for another one: that one's inode number. */
  readonly peers: ReadonlyMap<number, number>;
  /** Why this may not be all, or not as it was at any one moment; absent if it is. */
  readonly incomplete?: string;
}

export interface SnapshotOptions {
  /** How many links. */
  readonly links: number;
  /** Indices of links that are read one by one if they are missing. */
  readonly wanted: readonly number[];
}

/** Interfaces that are read in one namespace; of one that any user can make, fewer. */
export const MOST_LINKS = { privileged: 250_000, unprivileged: 10_000 };

/** Whoever makes more of them in a namespace does it to fill this process's memory. */
const MOST_FORWARDING_ENTRIES = 100_000;

/**
 * Enters a namespace and reads its tables.
 * @param all every namespace that is known, to resolve the ids that this one has for them
 * @throws PromiscError `privilege` if it may not be entered
 */
export function readNamespace(
  { namespace, names, pids }: DiscoveredNamespace,
  all: readonly DiscoveredNamespace[],
  { links: most, wanted }: SnapshotOptions,
): NamespaceSnapshot {
  return namespace.enter(() => {
    using rtnetlink = new Rtnetlink();
    const read = rtnetlink.linksPartly(keepLink, { most });
    const links = [...read.values, ...missingLinks(rtnetlink, wanted, read.values)];
    const isPromiscuous = links.some(({ promiscuity }) => promiscuity);
    const addresses = isPromiscuous ? readUnicastAddresses(rtnetlink) : { values: [] };
    const { sockets, hasMore } = readSockets();
    const reason =
      whyIncomplete("interfaces", read) ??
      (hasMore ? whyIncomplete("packet sockets", { incomplete: "too-many" }) : undefined) ??
      whyIncomplete("addresses", addresses);
    return {
      inode: namespace.inode,
      names,
      pids,
      links,
      unicastAddresses: groupByLink(addresses.values),
      sockets,
      peers: links.some(isStackedAcross) ? resolvePeers(rtnetlink, all) : new Map(),
      ...present({ incomplete: reason }),
    };
  });
}

/** To read one link by its index always works. */
function missingLinks(rtnetlink: Rtnetlink, wanted: readonly number[], read: readonly Link[]): Link[] {
  const present = new Set(read.map(({ index }) => index));
  return wanted
    .filter((index) => !present.has(index))
    .flatMap((index) => rtnetlink.linkIfExists(index) ?? [])
    .map(keepLink);
}

/** @param what in the plural */
export function whyIncomplete(
  what: string,
  { incomplete }: Pick<PartialDump<unknown>, "incomplete">,
): string | undefined {
  if (incomplete === "changing")
    return `its ${what} change all the time, so that they were never read as of one moment`;
  return incomplete === "too-many" ? `it has more ${what} than are read` : undefined;
}

/** The packet sockets of the calling thread's network namespace. Without PACKET_DIAG it isn't known what they hold. */
export function readSockets(): PacketSockets {
  try {
    return readPacketSockets();
  } catch (error) {
    // The kernel has no PACKET_DIAG, built in or as a module.
    if (!(error instanceof PromiscError && error.errno?.name === "ENOENT")) throw error;
    return { sockets: readProcNetPacket(), hasMore: false };
  }
}

/** Whether a link is stacked on one of another namespace. Most links with another one's id are veths, whose peer isn't below. */
export function isStackedAcross(link: Link): boolean {
  return link.linkNetnsId !== undefined && lowersOf(link).length > 0;
}

export function resolvePeers(
  rtnetlink: Rtnetlink,
  all: Iterable<{ readonly namespace: NetworkNamespace }>,
): Map<number, number> {
  const peers = new Map<number, number>();
  for (const { namespace } of all) {
    const id = rtnetlink.netnsId(namespace.fd);
    if (id >= 0) peers.set(id, namespace.inode);
  }
  return peers;
}

interface UnicastEntry {
  readonly index: number;
  readonly address: Uint8Array;
}

/** A driver's unicast list shows as permanent entries of the device itself; its multicast list does so too. */
function readUnicastAddresses(rtnetlink: Rtnetlink): PartialDump<UnicastEntry> {
  const keep = ({ index, flags, state, master, linkAddress }: Neighbour): UnicastEntry | undefined => {
    if (!(flags & NTF_SELF) || !(state & NUD_PERMANENT) || master !== undefined) return undefined;
    if (linkAddress?.length !== 6 || (linkAddress[0] as number) & 1) return undefined;
    return { index, address: linkAddress.slice() };
  };
  return rtnetlink.forwardingEntriesPartly(keep, { most: MOST_FORWARDING_ENTRIES });
}

function groupByLink(entries: readonly UnicastEntry[]): Map<number, Uint8Array[]> {
  const byLink = new Map<number, Uint8Array[]>();
  for (const { index, address } of entries) {
    const ofLink = byLink.get(index);
    if (ofLink) ofLink.push(address);
    else byLink.set(index, [address]);
  }
  return byLink;
}
