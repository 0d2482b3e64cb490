import type { Dhcp } from "../application/dhcp.js";
import type { Dhcp6 } from "../application/dhcp6.js";
import type { Dns } from "../application/dns.js";
import type { BsdLoopback } from "../link/bsd-loopback.js";
import type { Ethernet } from "../link/ethernet.js";
import type { Llc } from "../link/llc.js";
import type { Lldp } from "../link/lldp.js";
import type { Sll } from "../link/sll.js";
import type { Sll2 } from "../link/sll2.js";
import type { Stp } from "../link/stp.js";
import type { Vlan } from "../link/vlan.js";
import type { Arp } from "../network/arp.js";
import type { Icmp } from "../network/icmp.js";
import type { Icmp6 } from "../network/icmp6/icmp6.js";
import type { Igmp } from "../network/igmp.js";
import type { Authentication, Esp } from "../network/ipsec.js";
import type { Ipv4 } from "../network/ipv4.js";
import type { Ipv6 } from "../network/ipv6.js";
import type { Ipv6Fragment } from "../network/ipv6-fragment.js";
import type { Ipv6Options } from "../network/ipv6-options.js";
import type { Ipv6Routing } from "../network/ipv6-routing.js";
import type { Tcp } from "../transport/tcp.js";
import type { Udp } from "../transport/udp.js";

/**
 * Whether a checksum is correct. It can't be verified if bytes are missing, in fragments, or if the sender computed
 * none. Packets sent by this host may be captured before the device fills in the checksum; then it is incorrect in the
 * capture, though not on the wire.
 */
export type ChecksumStatus = "correct" | "incorrect" | "unverified";

/** What is added to a protocol that has a checksum. */
export interface Checked {
  readonly checksumStatus: ChecksumStatus;
}

/** The quoted packet of an ICMP error, which is rarely complete. */
export interface About {
  readonly original?: readonly Layer[];
}

/** By protocol name: the type of its layer. */
export interface Protocols {
  ethernet: Ethernet;
  vlan: Vlan;
  llc: Llc;
  stp: Stp;
  lldp: Lldp;
  sll: Sll;
  sll2: Sll2;
  null: BsdLoopback;
  /** Not decoded. Data follows. */
  "ieee802.11": unknown;
  /** Also RARP. */
  arp: Arp;
  ipv4: Ipv4 & Checked;
  ipv6: Ipv6;
  "ipv6-hop-by-hop": Ipv6Options;
  "ipv6-destination-options": Ipv6Options;
  "ipv6-routing": Ipv6Routing;
  "ipv6-fragment": Ipv6Fragment;
  ah: Authentication;
  esp: Esp;
  icmp: Icmp & Checked & About;
  icmp6: Icmp6 & Checked & About;
  igmp: Igmp & Checked;
  tcp: Tcp & Checked;
  udp: Udp & Checked;
  dns: Dns;
  mdns: Dns;
  dhcp: Dhcp;
  dhcp6: Dhcp6;
}

/** The name of a protocol, as in a layer's `protocol`. */
export type Protocol = keyof Protocols;

/** A header or message, with the protocol's name. */
export type ProtocolLayer = { [Name in Protocol]: { readonly protocol: Name } & Protocols[Name] }[Protocol];

/** Bytes that no higher layer decodes: a view of the packet's bytes. */
export interface DataLayer {
  readonly protocol: "data";
  readonly bytes: Uint8Array;
}

/** Bytes after the end of the packet according to a header: the padding of a short Ethernet frame, or other data. */
export interface TrailerLayer {
  readonly protocol: "trailer";
  readonly bytes: Uint8Array;
}

/** A layer that violates its format. Its bytes follow as data. */
export interface MalformedLayer {
  readonly protocol: "malformed";
  readonly of: Protocol;
  readonly reason: string;
}

/** Marks a packet that ends before its end according to the headers, because it was truncated or a header is wrong. */
export interface TruncatedLayer {
  readonly protocol: "truncated";
  /** The incomplete layer. */
  readonly of: Protocol | "data";
  /** The least number of missing bytes. */
  readonly missing: number;
  /** Ports of TCP and UDP, if they were captured: ICMP errors often quote no more of the header. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** One layer of a packet, from the link to the application. */
export type Layer = ProtocolLayer | DataLayer | TrailerLayer | MalformedLayer | TruncatedLayer;
