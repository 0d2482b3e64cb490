import { PromiscError } from "../../errors.js";
import type { DiscoveredNamespace } from "../../linux/discover-namespaces.js";
import type { NetworkNamespace } from "../../linux/network-namespace.js";
import { type PacketSockets, readPacketSockets } from "../../linux/packet-diag.js";
import { readProcNetPacket } from "../../linux/proc-net-packet.js";
import { Rtnetlink } from "../../linux/rtnetlink.js";
import type { Link } from "../../wire/rtnetlink/link.js";
import { type Neighbour, NTF_SELF, NUD_PERMANENT } from "../../wire/rtnetlink/neighbour.js";
import type { PacketSocket } from "../../wire/sock-diag/packet.js";

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
}

/**
 * Enters a namespace and reads its tables.
 * @param all every namespace that is known, to resolve the ids that this one has for them
 * @throws PromiscError `privilege` if it may not be entered
 */
export function readNamespace(
  { namespace, names, pids }: DiscoveredNamespace,
  all: readonly DiscoveredNamespace[],
): NamespaceSnapshot {
  return namespace.enter(() => {
    using rtnetlink = new Rtnetlink();
    const links = rtnetlink.links();
    const isPromiscuous = links.some(({ promiscuity }) => promiscuity);
    return {
      inode: namespace.inode,
      names,
      pids,
      links,
      unicastAddresses: isPromiscuous ? groupByLink(rtnetlink.forwardingEntries()) : new Map(),
      ...readSockets(),
      peers: links.some(isStackedAcross) ? resolvePeers(rtnetlink, all) : new Map(),
    };
  });
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

/** A veth's peer isn't below it, and most links with another namespace's id are veths. */
export function isStackedAcross(link: Link): boolean {
  return link.linkNetnsId !== undefined && link.link !== undefined && link.info?.kind !== "veth";
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

/** A driver's unicast list shows as permanent entries of the device itself; its multicast list does so too. */
function groupByLink(entries: readonly Neighbour[]): Map<number, Uint8Array[]> {
  const byLink = new Map<number, Uint8Array[]>();
  for (const { index, flags, state, master, linkAddress } of entries) {
    if (!(flags & NTF_SELF) || !(state & NUD_PERMANENT) || master !== undefined) continue;
    if (linkAddress?.length !== 6 || (linkAddress[0] as number) & 1) continue;
    const ofLink = byLink.get(index);
    if (ofLink) ofLink.push(linkAddress);
    else byLink.set(index, [linkAddress]);
  }
  return byLink;
}
