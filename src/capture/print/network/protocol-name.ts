import * as ip from "../../../wire/packet/network/protocol-number.js";

/** The names that tcpdump prints with `-v`. */
const names: Readonly<Record<number, string>> = {
  [ip.IPPROTO_HOPOPTS]: "Options",
  [ip.IPPROTO_ICMP]: "ICMP",
  [ip.IPPROTO_IGMP]: "IGMP",
  [ip.IPPROTO_IPIP]: "IPIP",
  [ip.IPPROTO_TCP]: "TCP",
  [ip.IPPROTO_EGP]: "EGP",
  [ip.IPPROTO_IGRP]: "IGRP",
  [ip.IPPROTO_UDP]: "UDP",
  [ip.IPPROTO_DCCP]: "DCCP",
  [ip.IPPROTO_IPV6]: "IPv6",
  [ip.IPPROTO_ROUTING]: "Routing",
  [ip.IPPROTO_FRAGMENT]: "Fragment",
  [ip.IPPROTO_RSVP]: "RSVP",
  [ip.IPPROTO_GRE]: "GRE",
  [ip.IPPROTO_ESP]: "ESP",
  [ip.IPPROTO_AH]: "AH",
  [ip.IPPROTO_MOBILE]: "Mobile IP",
  [ip.IPPROTO_ICMPV6]: "ICMPv6",
  [ip.IPPROTO_EIGRP]: "EIGRP",
  [ip.IPPROTO_OSPF]: "OSPF",
  [ip.IPPROTO_IPENCAP]: "IPIP",
  [ip.IPPROTO_PIM]: "PIM",
  [ip.IPPROTO_COMP]: "Compressed IP",
  [ip.IPPROTO_VRRP]: "VRRP",
  [ip.IPPROTO_PGM]: "PGM",
  [ip.IPPROTO_SCTP]: "SCTP",
  [ip.IPPROTO_MH]: "Mobility",
};

export function protocolName(protocol: number): string {
  return names[protocol] ?? "unknown";
}

/** Reports whether the protocol's printer prints the addresses, together with the ports. */
export function hasOwnAddresses(protocol: number): boolean {
  return protocol === ip.IPPROTO_TCP || protocol === ip.IPPROTO_UDP;
}
