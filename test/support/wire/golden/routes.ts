import { hex } from "./hex.js";

/** `ip route add default via 192.0.2.254 metric 100`, in a dump. */
export const defaultRoute = hex(`
  3c 00 00 00 # nlmsg_len 60
  18 00 # nlmsg_type RTM_NEWROUTE
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  93 64 00 00 # nlmsg_pid
  02 # rtm_family AF_INET
  00 # rtm_dst_len
  00 # rtm_src_len
  00 # rtm_tos
  fe # rtm_table RT_TABLE_MAIN
  03 # rtm_protocol RTPROT_BOOT
  00 # rtm_scope RT_SCOPE_UNIVERSE
  01 # rtm_type RTN_UNICAST
  00 00 00 00 # rtm_flags
  08 00 0f 00 fe 00 00 00 # RTA_TABLE 254
  08 00 06 00 64 00 00 00 # RTA_PRIORITY 100
  08 00 05 00 c0 00 02 fe # RTA_GATEWAY 192.0.2.254
  08 00 04 00 03 00 00 00 # RTA_OIF 3
`);

/**
 * `ip route add 198.51.100.0/24 table 1000 nexthop via 192.0.2.253 dev v0 weight 2 nexthop via inet6 2001:db8::fe dev
 * v0`, in a dump.
 */
export const multipathRoute = hex(`
  60 00 00 00 # nlmsg_len 96
  18 00 # nlmsg_type RTM_NEWROUTE
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  93 64 00 00 # nlmsg_pid
  02 # rtm_family AF_INET
  18 # rtm_dst_len 24
  00 # rtm_src_len
  00 # rtm_tos
  fc # rtm_table RT_TABLE_COMPAT
  03 # rtm_protocol RTPROT_BOOT
  00 # rtm_scope RT_SCOPE_UNIVERSE
  01 # rtm_type RTN_UNICAST
  00 00 00 00 # rtm_flags
  08 00 0f 00 e8 03 00 00 # RTA_TABLE 1000
  08 00 01 00 c6 33 64 00 # RTA_DST 198.51.100.0
  34 00 09 00 # RTA_MULTIPATH
    10 00 # rtnh_len 16
    00 # rtnh_flags
    01 # rtnh_hops: weight 2
    03 00 00 00 # rtnh_ifindex
    08 00 05 00 c0 00 02 fd # RTA_GATEWAY 192.0.2.253
    20 00 # rtnh_len 32
    00 # rtnh_flags
    00 # rtnh_hops: weight 1
    03 00 00 00 # rtnh_ifindex
    16 00 12 00 # RTA_VIA
      0a 00 # rtvia_family AF_INET6
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 fe # rtvia_addr 2001:db8::fe
    00 00 # padding
`);

/** `ip -6 route add 2001:db8:9::/48 via 2001:db8::fe dev v0`, in a dump. */
export const ipv6Route = hex(`
  88 00 00 00 # nlmsg_len 136
  18 00 # nlmsg_type RTM_NEWROUTE
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  93 64 00 00 # nlmsg_pid
  0a # rtm_family AF_INET6
  30 # rtm_dst_len 48
  00 # rtm_src_len
  00 # rtm_tos
  fe # rtm_table RT_TABLE_MAIN
  03 # rtm_protocol RTPROT_BOOT
  00 # rtm_scope RT_SCOPE_UNIVERSE
  01 # rtm_type RTN_UNICAST
  00 00 00 00 # rtm_flags
  08 00 0f 00 fe 00 00 00 # RTA_TABLE 254
  14 00 01 00 20 01 0d b8 00 09 00 00 00 00 00 00 00 00 00 00 # RTA_DST 2001:db8:9::
  08 00 06 00 00 04 00 00 # RTA_PRIORITY 1024
  14 00 05 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 fe # RTA_GATEWAY 2001:db8::fe
  08 00 04 00 03 00 00 00 # RTA_OIF 3
  24 00 0c 00 # RTA_CACHEINFO
    00 00 00 00 # rta_clntref
    00 00 00 00 # rta_lastuse
    00 00 00 00 # rta_expires
    00 00 00 00 # rta_error
    00 00 00 00 # rta_used
    00 00 00 00 # rta_id
    00 00 00 00 # rta_ts
    00 00 00 00 # rta_tsage
  05 00 14 00 00 00 00 00 # RTA_PREF ICMPV6_ROUTER_PREF_MEDIUM, padding
`);
