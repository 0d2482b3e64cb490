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
 * Whether a checksum is that of its bytes. It can't be verified where bytes are missing, in fragments, and where the
 * sender made none. Packets that this host sends may be captured before the device has filled in the checksum: those
 * are incorrect as they were captured, not as they were sent.
 */
export type ChecksumStatus = "correct" | "incorrect" | "unverified";

interface Checked {
  readonly checksumStatus: ChecksumStatus;
}

/** An ICMP error's packet: the one that it is about, of which seldom more than the beginning is there. */
interface About {
  readonly original?: readonly Layer[];
}

/** What is known of each protocol, by its name. */
interface Protocols {
  ethernet: Ethernet;
  vlan: Vlan;
  llc: Llc;
  stp: Stp;
  lldp: Lldp;
  sll: Sll;
  sll2: Sll2;
  null: BsdLoopback;
  /** Not dissected: what follows is data. */
  "ieee802.11": unknown;
  /** RARP too. */
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

export type Protocol = keyof Protocols;

/** A header or message with the protocol's name. */
export type ProtocolLayer = { [Name in Protocol]: { readonly protocol: Name } & Protocols[Name] }[Protocol];

/** What no layer above explains; a view of the packet's bytes. */
export interface DataLayer {
  readonly protocol: "data";
  readonly bytes: Uint8Array;
}

/** Bytes behind the end that a header tells: padding of a short Ethernet frame, or what somebody put there. */
export interface TrailerLayer {
  readonly protocol: "trailer";
  readonly bytes: Uint8Array;
}

/** A layer that can't be read, because it doesn't follow its format. Its bytes follow as data. */
export interface MalformedLayer {
  readonly protocol: "malformed";
  readonly of: Protocol;
  readonly reason: string;
}

/** The packet ends before the end that its headers tell, because the capture was cut or because a header lies. */
export interface TruncatedLayer {
  readonly protocol: "truncated";
  /** The layer that isn't complete. */
  readonly of: Protocol | "data";
  /** How many bytes are missing, at least. */
  readonly missing: number;
  /** Of TCP and UDP, where that much of the header is there: an ICMP error has no more of the packet it is about. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** One layer of a packet, from the link to the application. */
export type Layer = ProtocolLayer | DataLayer | TrailerLayer | MalformedLayer | TruncatedLayer;
