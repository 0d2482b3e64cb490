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

/** What the kernel's tables of one network namespace say that matters for promiscuity. */
export interface NamespaceSnapshot {
  readonly inode: number;
  readonly names: readonly string[];
  readonly pids: readonly number[];
  readonly links: readonly Link[];
  /** The secondary unicast addresses of each link, by the link's index. */
  readonly unicastAddresses: ReadonlyMap<number, readonly Uint8Array[]>;
  /** The packet sockets. Those without `memberships` may hold any of the links. */
  readonly sockets: readonly PacketSocket[];
  /** The inode numbers of other namespaces, by the ids that this namespace uses for them. */
  readonly peers: ReadonlyMap<number, number>;
  /** Why this may be incomplete or inconsistent; absent if it is neither. */
  readonly incomplete?: string;
}

export interface SnapshotOptions {
  /** The most links to read. */
  readonly links: number;
  /** Indices of links that are read one by one if they are missing in the dump. */
  readonly wanted: readonly number[];
}

/** The most interfaces that are read in one namespace; fewer in one that an unprivileged user can create. */
export const MOST_LINKS = { privileged: 250_000, unprivileged: 10_000 };

/** A namespace with more entries than this was filled to exhaust this process's memory. */
const MOST_FORWARDING_ENTRIES = 100_000;

/**
 * Enters a namespace and reads its tables.
 * @param all every known namespace, to resolve the ids that this one uses for them
 * @throws PromiscError `privilege` if this process may not enter it
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

/** Reads the wanted links that a dump left out. Reading one link by its index always works. */
function missingLinks(rtnetlink: Rtnetlink, wanted: readonly number[], read: readonly Link[]): Link[] {
  const present = new Set(read.map(({ index }) => index));
  return wanted
    .filter((index) => !present.has(index))
    .flatMap((index) => rtnetlink.linkIfExists(index) ?? [])
    .map(keepLink);
}

/**
 * Returns why a dump is incomplete, in words; undefined if it is complete.
 * @param what what was read, in the plural
 */
export function whyIncomplete(
  what: string,
  { incomplete }: Pick<PartialDump<unknown>, "incomplete">,
): string | undefined {
  if (incomplete === "changing")
    return `its ${what} change all the time, so that they were never read as of one moment`;
  return incomplete === "too-many" ? `it has more ${what} than are read` : undefined;
}

/**
 * Reads the packet sockets of the calling thread's network namespace. Without PACKET_DIAG it isn't known what they
 * hold.
 */
export function readSockets(): PacketSockets {
  try {
    return readPacketSockets();
  } catch (error) {
    // The kernel has no PACKET_DIAG, neither built in nor as a module.
    if (!(error instanceof PromiscError && error.errno?.name === "ENOENT")) throw error;
    return { sockets: readProcNetPacket(), hasMore: false };
  }
}

/**
 * Returns whether a link is stacked on one in another namespace. Most links that refer to another namespace are veths,
 * and a veth isn't stacked on its peer.
 */
export function isStackedAcross(link: Link): boolean {
  return link.linkNetnsId !== undefined && lowersOf(link).length > 0;
}

/**
 * Asks which ids the calling thread's namespace uses for the given ones, and returns their inode numbers by these ids.
 */
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

/**
 * Reads the secondary unicast addresses. The kernel shows a driver's unicast list, and its multicast list too, as
 * permanent entries of the device itself.
 */
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
