import { describeUser, type UserFinder } from "../../linux/process/process-details.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import type { SocketFacts } from "./holder.js";

/** @param findUser see {@link describeUser} */
export function socketFacts(
  { inode, type, protocol, info, uid, memberships }: PacketSocket,
  findUser?: UserFinder,
): SocketFacts {
  return {
    inode,
    // bits/socket_type.h
    type: type === 3 ? "raw" : type === 2 ? "dgram" : type,
    protocol,
    bound_to: info?.index ?? 0,
    ...(uid === undefined ? {} : describeUser(uid, findUser)),
    ...(memberships ? {} : { memberships: "unknown" }),
  };
}
