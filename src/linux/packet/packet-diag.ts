import { AF_PACKET } from "../../wire/kernel/address-family.js";
import { PACKET_MR_ALLMULTI, PACKET_MR_PROMISC, PACKET_MR_UNICAST } from "../../wire/kernel/packet-mreq.js";
import {
  PACKET_SHOW_INFO,
  PACKET_SHOW_MCLIST,
  type PacketMembership,
  type PacketSocket,
  readPacketSocket,
} from "../../wire/kernel/sock-diag/packet.js";
import {
  SOCK_DIAG_BY_FAMILY,
  SOCK_DIAG_REQUEST_SIZE,
  writeSockDiagRequest,
} from "../../wire/kernel/sock-diag/request.js";
import { NetlinkConnection, type PartialDump } from "../netlink/netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "../netlink/netlink-socket.js";

/** The packet sockets of one namespace. */
export interface PacketSockets {
  /** The sockets. One without `memberships` may have some that the kernel doesn't list. */
  readonly sockets: PacketSocket[];
  /** Whether there are more sockets, which were left out. */
  readonly hasMore: boolean;
}

// A namespace with more than this was filled to exhaust this process's memory.
const MOST_SOCKETS = 16_384;
const MOST_MEMBERSHIPS = 100_000;

/**
 * Reads all packet sockets of the calling thread's network namespace, with the memberships that can make an interface
 * promiscuous or receive all multicast (sock_diag(7)). Needs no privilege.
 *
 * The kernel silently ends a dump at a socket whose memberships don't fit into its buffer, and leaves out all later
 * sockets (net/packet/diag.c). The buffer has 32 KiB, enough for some 735 memberships, if the caller was prepared to
 * receive as much before, and otherwise one page. So the sockets are first read without memberships, which also gets
 * the kernel to use the large buffer for the second dump. A third dump reads the sockets that are missing in the
 * second.
 * @throws PromiscError `kernel` with `ENOENT` if the kernel has no PACKET_DIAG
 */
export function readPacketSockets(): PacketSockets {
  using connection = packetDiagConnection();
  const existing = readPacketSocketsPartly(connection, 0, ({ inode }) => inode);
  if (existing.values.length === 0) return { sockets: [], hasMore: false };
  const hasMore = existing.incomplete !== undefined;
  const listed = readPacketSocketsPartly(
    connection,
    PACKET_SHOW_INFO | PACKET_SHOW_MCLIST,
    keepWhatHolds(),
  ).values;
  const inodes = new Set(listed.map(({ inode }) => inode));
  if (existing.values.every((inode) => inodes.has(inode))) return { sockets: listed, hasMore };
  // The missing sockets were closed meanwhile, or left out. For sockets opened since, it isn't known whether they were
  // left out too.
  const unlisted = readPacketSocketsPartly(connection, PACKET_SHOW_INFO, (socket) =>
    inodes.has(socket.inode) ? undefined : socket,
  );
  return { sockets: [...listed, ...unlisted.values], hasMore: hasMore || unlisted.incomplete !== undefined };
}

/** Opens a connection for {@link readPacketSocketsPartly} to the calling thread's network namespace. */
export function packetDiagConnection(): NetlinkConnection {
  return new NetlinkConnection((receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }));
}

/**
 * Reads the packet sockets. Sockets that don't fit into the kernel's buffer are missing without notice.
 * @param show bits of `PACKET_SHOW_*`
 */
export function readPacketSocketsPartly<Value>(
  connection: NetlinkConnection,
  show: number,
  keep: (socket: PacketSocket) => Value | undefined,
): PartialDump<Value> {
  const payload = new Uint8Array(SOCK_DIAG_REQUEST_SIZE);
  writeSockDiagRequest(AF_PACKET, show, payload);
  return connection.dumpPartly(
    { operation: "read the packet sockets", type: SOCK_DIAG_BY_FAMILY, payload },
    (message) => keep(readPacketSocket(message.payload)),
    { most: MOST_SOCKETS },
  );
}

/** The types that matter here. Memberships for a multicast group concern only that group's frames. */
const holding = new Set([PACKET_MR_PROMISC, PACKET_MR_ALLMULTI, PACKET_MR_UNICAST]);

/** Returns a function that copies the relevant parts of a socket. It drops the memberships once there are too many. */
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
