import { PACKET_MR_ALLMULTI, PACKET_MR_PROMISC, PACKET_MR_UNICAST } from "../../wire/kernel/packet-mreq.js";
import {
  PACKET_DIAG_REQUEST_SIZE,
  PACKET_SHOW_INFO,
  PACKET_SHOW_MCLIST,
  type PacketMembership,
  type PacketSocket,
  readPacketSocket,
  SOCK_DIAG_BY_FAMILY,
  writePacketDiagRequest,
} from "../../wire/kernel/sock-diag/packet.js";
import { NetlinkConnection, type PartialDump } from "../netlink/netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "../netlink/netlink-socket.js";

/** Packet sockets of one namespace. */
export interface PacketSockets {
  /** One without `memberships` has some that the kernel doesn't list. */
  readonly sockets: PacketSocket[];
  /** There are more, which were left out. */
  readonly hasMore: boolean;
}

// Whoever has more in a namespace has made them to fill this process's memory.
const MOST_SOCKETS = 16_384;
const MOST_MEMBERSHIPS = 100_000;

/**
 * All packet sockets of the calling thread's network namespace, with those of their memberships that can make an interface
 * promiscuous or receive all multicast (sock_diag(7)). Anyone may ask.
 *
 * The kernel ends a dump without a word at a socket whose memberships don't fit into what it has room for, and all later
 * sockets are missing (net/packet/diag.c). It makes room of 32 KiB, for some 735 memberships, if its caller was ready to
 * receive as much before, otherwise of a page. So the sockets are first read without memberships, which also gives the
 * kernel that room for the second dump; which of them are missing there a third one tells.
 * @throws PromiscError `kernel` with `ENOENT` where the kernel has no PACKET_DIAG
 */
export function readPacketSockets(): PacketSockets {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }),
  );
  const existing = dump(connection, 0, ({ inode }) => inode);
  if (existing.values.length === 0) return { sockets: [], hasMore: false };
  const hasMore = existing.incomplete !== undefined;
  const listed = dump(connection, PACKET_SHOW_INFO | PACKET_SHOW_MCLIST, keepWhatHolds()).values;
  const inodes = new Set(listed.map(({ inode }) => inode));
  if (existing.values.every((inode) => inodes.has(inode))) return { sockets: listed, hasMore };
  // They were closed meanwhile, or lost. Of those opened since, it can't be told whether they were lost too.
  const unlisted = dump(connection, PACKET_SHOW_INFO, (socket) =>
    inodes.has(socket.inode) ? undefined : socket,
  );
  return { sockets: [...listed, ...unlisted.values], hasMore: hasMore || unlisted.incomplete !== undefined };
}

/** @param show `PACKET_SHOW_*` */
function dump<Value>(
  connection: NetlinkConnection,
  show: number,
  keep: (socket: PacketSocket) => Value | undefined,
): PartialDump<Value> {
  const payload = new Uint8Array(PACKET_DIAG_REQUEST_SIZE);
  writePacketDiagRequest(show, payload);
  return connection.dumpPartly(
    { operation: "read the packet sockets", type: SOCK_DIAG_BY_FAMILY, payload },
    (message) => keep(readPacketSocket(message.payload)),
    { most: MOST_SOCKETS },
  );
}

/** Those for a multicast group concern its frames only. */
const holding = new Set([PACKET_MR_PROMISC, PACKET_MR_ALLMULTI, PACKET_MR_UNICAST]);

/** Keeps no view of what was received, and of sockets beyond a bound not what they hold. */
function keepWhatHolds(): (socket: PacketSocket) => PacketSocket {
  let room = MOST_MEMBERSHIPS;
  return ({ memberships = [], ...socket }) => {
    const kept = memberships.filter(({ type }) => holding.has(type));
    room -= kept.length;
    return room < 0 ? socket : { ...socket, memberships: kept.map(copy) };
  };
}

function copy({ address, ...membership }: PacketMembership): PacketMembership {
  return { ...membership, address: address.slice() };
}
