// Assigned Internet Protocol Numbers (https://www.iana.org/assignments/protocol-numbers). The names are those of
// netinet/in.h, or begin as there. IPv6 uses the same numbers in Next Header fields.
export const IPPROTO_HOPOPTS = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_IPIP = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_EGP = 8;
/** Any private interior gateway protocol, such as Cisco's IGRP. */
export const IPPROTO_IGRP = 9;
export const IPPROTO_UDP = 17;
export const IPPROTO_DCCP = 33;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ROUTING = 43;
export const IPPROTO_FRAGMENT = 44;
export const IPPROTO_RSVP = 46;
export const IPPROTO_GRE = 47;
export const IPPROTO_ESP = 50;
export const IPPROTO_AH = 51;
export const IPPROTO_MOBILE = 55;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_NONE = 59;
export const IPPROTO_DSTOPTS = 60;
export const IPPROTO_EIGRP = 88;
export const IPPROTO_OSPF = 89;
/** IP-within-IP encapsulation (KA9Q), obsolete. */
export const IPPROTO_IPENCAP = 94;
export const IPPROTO_PIM = 103;
export const IPPROTO_COMP = 108;
export const IPPROTO_VRRP = 112;
export const IPPROTO_PGM = 113;
export const IPPROTO_SCTP = 132;
export const IPPROTO_MH = 135;
