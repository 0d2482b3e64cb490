import { hex } from "./hex.js";

/** 192.0.2.1/24 with a broadcast address, a label, and limited lifetimes. */
export const ipv4 = hex(`
  58 00 00 00 # nlmsg_len 88
  14 00 # nlmsg_type RTM_NEWADDR
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  e7 3f e1 ff # nlmsg_pid
  02 # ifa_family
  18 # ifa_prefixlen
  00 # ifa_flags
  00 # ifa_scope
  03 00 00 00 # ifa_index
  08 00 01 00 c0 00 02 01 # IFA_ADDRESS
  08 00 02 00 c0 00 02 01 # IFA_LOCAL
  08 00 04 00 c0 00 02 ff # IFA_BROADCAST
  0b 00 03 00 76 30 3a 6c 61 62 00 00 # IFA_LABEL
  08 00 08 00 00 00 00 00 # IFA_FLAGS
  14 00 06 00 a0 0f 00 00 88 13 00 00 6b 54 07 00 6b 54 07 00 # IFA_CACHEINFO
`);

/** 2001:db8::1 with the peer 2001:db8::2. */
export const ipv6Peer = hex(`
  5c 00 00 00 # nlmsg_len 92
  14 00 # nlmsg_type RTM_NEWADDR
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  e7 3f e1 ff # nlmsg_pid
  0a # ifa_family
  80 # ifa_prefixlen
  92 # ifa_flags
  00 # ifa_scope
  03 00 00 00 # ifa_index
  14 00 02 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # IFA_LOCAL
  14 00 01 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # IFA_ADDRESS
  14 00 06 00 ff ff ff ff ff ff ff ff 6b 54 07 00 6b 54 07 00 # IFA_CACHEINFO
  08 00 08 00 92 00 00 00 # IFA_FLAGS
`);

/** fe80::ff:fe00:1/64, which the kernel generated. */
export const ipv6LinkLocal = hex(`
  50 00 00 00 # nlmsg_len 80
  14 00 # nlmsg_type RTM_NEWADDR
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  e7 3f e1 ff # nlmsg_pid
  0a # ifa_family
  40 # ifa_prefixlen
  c0 # ifa_flags
  fd # ifa_scope
  03 00 00 00 # ifa_index
  14 00 01 00 fe 80 00 00 00 00 00 00 00 00 00 ff fe 00 00 01 # IFA_ADDRESS
  14 00 06 00 ff ff ff ff ff ff ff ff 68 54 07 00 68 54 07 00 # IFA_CACHEINFO
  08 00 08 00 c0 00 00 00 # IFA_FLAGS
  05 00 0b 00 03 00 00 00 # IFA_PROTO
`);
