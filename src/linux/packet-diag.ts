import {
  PACKET_DIAG_REQUEST_SIZE,
  PACKET_SHOW_INFO,
  PACKET_SHOW_MCLIST,
  type PacketSocket,
  readPacketSocket,
  SOCK_DIAG_BY_FAMILY,
  writePacketDiagRequest,
} from "../wire/sock-diag/packet.js";
import { NetlinkConnection } from "./netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "./netlink-socket.js";

/**
 * All packet sockets of the calling thread's network namespace, with their memberships (sock_diag(7)). Anyone may ask.
 * @throws PromiscError `kernel` with `ENOENT` where the kernel has no PACKET_DIAG
 */
export function readPacketSockets(): PacketSocket[] {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }),
  );
  const payload = new Uint8Array(PACKET_DIAG_REQUEST_SIZE);
  writePacketDiagRequest(PACKET_SHOW_INFO | PACKET_SHOW_MCLIST, payload);
  return connection
    .dump({ operation: "read the packet sockets", type: SOCK_DIAG_BY_FAMILY, payload })
    .map((message) => readPacketSocket(message.payload));
}
