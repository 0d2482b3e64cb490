import { SOCK_DGRAM, SOCK_RAW } from "../../linux/ffi/socket-constants.js";
import { describeUser, type UserFinder } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { macvlanData, macvlanModes } from "../../wire/kernel/rtnetlink/link-data.js";
import type { PacketSocket } from "../../wire/kernel/sock-diag/packet.js";
import type { DeviceFacts, SocketFacts } from "./holder.js";

/** A link, and the inode number of the network namespace that it is in. */
export interface LocatedLink {
  readonly link: Link;
  readonly netns: number;
}

/** Describes a device for a report. */
export function describeDevice({ link, netns }: LocatedLink): DeviceFacts {
  const mode = isMacvlan(link) ? macvlanModes[readMacvlan(link).mode ?? 0] : undefined;
  return {
    ifindex: link.index,
    ifname: link.name ?? "",
    infoKind: link.info?.kind ?? "",
    ...present({ mode }),
    netns,
  };
}

/** Returns whether a link is a macvlan. A macvtap is one too, with a character device in place of the network stack. */
export function isMacvlan({ info }: Link): boolean {
  return info?.kind === "macvlan" || info?.kind === "macvtap";
}

export function readMacvlan({ info }: Link): { mode?: number; flags?: number } {
  const { data } = info ?? {};
  return data ? macvlanData.read(data, 0, data.length, "IFLA_INFO_DATA") : {};
}

/**
 * Describes a packet socket for a report.
 * @param findUser see {@link describeUser}
 */
export function socketFacts(
  { inode, type, protocol, info, uid, memberships }: PacketSocket,
  findUser?: UserFinder,
): SocketFacts {
  return {
    inode,
    type: type === SOCK_RAW ? "raw" : type === SOCK_DGRAM ? "dgram" : type,
    protocol,
    boundTo: info?.index ?? 0,
    ...(uid === undefined ? {} : describeUser(uid, findUser)),
    ...(memberships ? {} : { memberships: "unknown" }),
  };
}
