// https://www.iana.org/assignments/protocol-numbers
export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_IPIP = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ESP = 50;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_NONE = 59;

/** As tcpdump's `-v` names them. */
const names: Readonly<Record<number, string>> = {
  0: "Options",
  [IPPROTO_ICMP]: "ICMP",
  [IPPROTO_IGMP]: "IGMP",
  [IPPROTO_IPIP]: "IPIP",
  [IPPROTO_TCP]: "TCP",
  8: "EGP",
  9: "IGRP",
  [IPPROTO_UDP]: "UDP",
  33: "DCCP",
  [IPPROTO_IPV6]: "IPv6",
  43: "Routing",
  44: "Fragment",
  46: "RSVP",
  47: "GRE",
  [IPPROTO_ESP]: "ESP",
  51: "AH",
  55: "Mobile IP",
  [IPPROTO_ICMPV6]: "ICMPv6",
  88: "EIGRP",
  89: "OSPF",
  94: "IPIP",
  103: "PIM",
  108: "Compressed IP",
  112: "VRRP",
  113: "PGM",
  132: "SCTP",
  135: "Mobility",
};

export function protocolName(protocol: number): string {
  return names[protocol] ?? "unknown";
}

/** Whether the protocol's own line has the addresses, with ports. */
export function hasOwnAddresses(protocol: number): boolean {
  return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP;
}
