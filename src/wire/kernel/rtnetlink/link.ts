import { need, readS32, readU16, readU32, writeU16, writeU32 } from "../../bytes.js";
import {
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  listOf,
  nested,
  type ReadOptions,
  s32,
  string,
  u8,
  u32,
} from "../netlink/attribute.js";

// linux/rtnetlink.h
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
/** The bit of `RTNLGRP_LINK` in `nl_groups`. */
export const RTMGRP_LINK = 1;

/** linux/rtnetlink.h: omits the statistics of protocols from the answer (`IFLA_EXT_MASK`). */
export const RTEXT_FILTER_SKIP_STATS = 1 << 3;

// linux/if.h, enum net_device_flags
export const IFF_UP = 1 << 0;
export const IFF_BROADCAST = 1 << 1;
export const IFF_DEBUG = 1 << 2;
export const IFF_LOOPBACK = 1 << 3;
export const IFF_POINTOPOINT = 1 << 4;
export const IFF_NOTRAILERS = 1 << 5;
export const IFF_RUNNING = 1 << 6;
export const IFF_NOARP = 1 << 7;
export const IFF_PROMISC = 1 << 8;
export const IFF_ALLMULTI = 1 << 9;
export const IFF_MASTER = 1 << 10;
export const IFF_SLAVE = 1 << 11;
export const IFF_MULTICAST = 1 << 12;
export const IFF_PORTSEL = 1 << 13;
export const IFF_AUTOMEDIA = 1 << 14;
export const IFF_DYNAMIC = 1 << 15;
export const IFF_LOWER_UP = 1 << 16;
export const IFF_DORMANT = 1 << 17;
export const IFF_ECHO = 1 << 18;

const linkInfoAttributes = {
  // linux/if_link.h: IFLA_INFO_*
  kind: attribute(1, "IFLA_INFO_KIND", string),
  data: attribute(2, "IFLA_INFO_DATA", binary),
  slaveKind: attribute(4, "IFLA_INFO_SLAVE_KIND", string),
  slaveData: attribute(5, "IFLA_INFO_SLAVE_DATA", binary),
};

const xdpAttributes = {
  // linux/if_link.h: IFLA_XDP_*
  attached: attribute(2, "IFLA_XDP_ATTACHED", u8),
  programId: attribute(4, "IFLA_XDP_PROG_ID", u32),
  driverProgramId: attribute(5, "IFLA_XDP_DRV_PROG_ID", u32),
  genericProgramId: attribute(6, "IFLA_XDP_SKB_PROG_ID", u32),
  hardwareProgramId: attribute(7, "IFLA_XDP_HW_PROG_ID", u32),
};

const protoDownReasonAttributes = {
  // linux/if_link.h: IFLA_PROTO_DOWN_REASON_*
  value: attribute(2, "IFLA_PROTO_DOWN_REASON_VALUE", u32),
};

// linux/if_link.h
const linkAttributes = {
  address: attribute(1, "IFLA_ADDRESS", binary),
  broadcast: attribute(2, "IFLA_BROADCAST", binary),
  /** At most 15 bytes. */
  name: attribute(3, "IFLA_IFNAME", string),
  mtu: attribute(4, "IFLA_MTU", u32),
  /** The lower interface, or the peer of a veth: an interface index in the namespace that `linkNetnsId` names. */
  link: attribute(5, "IFLA_LINK", s32),
  qdisc: attribute(6, "IFLA_QDISC", string),
  master: attribute(10, "IFLA_MASTER", u32),
  txQueueLength: attribute(13, "IFLA_TXQLEN", u32),
  /** RFC 2863 state: 0 unknown, 1 not present, 2 down, 3 lower layer down, 4 testing, 5 dormant, 6 up. */
  operationalState: attribute(16, "IFLA_OPERSTATE", u8),
  info: attribute(18, "IFLA_LINKINFO", nested(new AttributeSet(linkInfoAttributes))),
  alias: attribute(20, "IFLA_IFALIAS", string),
  group: attribute(27, "IFLA_GROUP", u32),
  extendedMask: attribute(29, "IFLA_EXT_MASK", u32),
  /** The number of requests for promiscuous mode. The interface is promiscuous unless it is 0. */
  promiscuity: attribute(30, "IFLA_PROMISCUITY", u32),
  linkNetnsId: attribute(37, "IFLA_LINK_NETNSID", s32),
  protoDown: attribute(39, "IFLA_PROTO_DOWN", u8),
  xdp: attribute(43, "IFLA_XDP", nested(new AttributeSet(xdpAttributes))),
  alternativeNames: attribute(52, "IFLA_PROP_LIST", listOf(attribute(53, "IFLA_ALT_IFNAME", string))),
  /** Only in requests: look the interface up by this alternative name. */
  alternativeName: attribute(53, "IFLA_ALT_IFNAME", string),
  permanentAddress: attribute(54, "IFLA_PERM_ADDRESS", binary),
  protoDownReason: attribute(
    55,
    "IFLA_PROTO_DOWN_REASON",
    nested(new AttributeSet(protoDownReasonAttributes)),
  ),
  /** In `RTM_DELLINK`: the namespace that the link was moved to. */
  newNetnsId: attribute(45, "IFLA_NEW_NETNSID", s32),
  /** The number of requests for all multicast frames. Since Linux 6.0. */
  allmulti: attribute(61, "IFLA_ALLMULTI", u32),
};

const attributes = new AttributeSet(linkAttributes);

/** `struct ifinfomsg` with its attributes (rtnetlink(7)). Attributes that the message lacks are absent here. */
export interface Link extends AttributeValues<typeof linkAttributes> {
  /** `AF_UNSPEC`; `AF_BRIDGE` in messages of a bridge. */
  family: number;
  /** `ARPHRD_*` (linux/if_arp.h). */
  type: number;
  index: number;
  /** `IFF_*`. `IFF_PROMISC` and `IFF_ALLMULTI` only say whether the administrator set them. */
  flags: number;
  /** The bits of `flags` that a request changes, or that changed according to a notification. */
  change: number;
}

/** Size of `struct ifinfomsg`. */
export const IFINFOMSG_SIZE = 16;

/** Offsets in `struct ifinfomsg`. */
export const field = { family: 0, type: 2, index: 4, flags: 8, change: 12 } as const;

/** Reads the payload of an `RTM_*LINK` message. Byte fields are views of `payload`. */
export function readLink(payload: Uint8Array, options?: ReadOptions): Link {
  need("ifinfomsg", 0, IFINFOMSG_SIZE, payload.length);
  return {
    family: payload[field.family] as number,
    type: readU16(payload, field.type),
    index: readS32(payload, field.index),
    flags: readU32(payload, field.flags),
    change: readU32(payload, field.change),
    ...attributes.read(payload, IFINFOMSG_SIZE, payload.length, "ifinfomsg", options),
  };
}

export function linkSize(link: Link): number {
  return IFINFOMSG_SIZE + attributes.size(link);
}

/** Writes the payload of an `RTM_*LINK` message at `offset`. Returns the offset after it. */
export function writeLink(link: Link, into: Uint8Array, offset: number): number {
  into[offset + field.family] = link.family;
  into[offset + 1] = 0;
  writeU16(into, offset + field.type, link.type);
  writeU32(into, offset + field.index, link.index);
  writeU32(into, offset + field.flags, link.flags);
  writeU32(into, offset + field.change, link.change);
  return attributes.write(link, into, offset + IFINFOMSG_SIZE);
}

/** Returns the kernel's name of the attribute whose header is at `at` in the payload of such a message, if known. */
export function linkAttributeAt(payload: Uint8Array, at: number): string | undefined {
  return attributes.nameAt(payload, IFINFOMSG_SIZE, payload.length, at);
}
