import { hex } from "./hex.js";

/** A raw socket that added PACKET_MR_PROMISC twice and a multicast address once, and is bound to no interface. */
export const packetSocket = hex(`
  a0 00 00 00 # nlmsg_len 160
  14 00 # nlmsg_type SOCK_DIAG_BY_FAMILY
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  c2 0a 00 00 # nlmsg_pid
  11 # pdiag_family AF_PACKET
  03 # pdiag_type SOCK_RAW
  03 00 # pdiag_num ETH_P_ALL
  67 d8 01 00 # pdiag_ino
  10 10 00 00 00 00 00 00 # pdiag_cookie
  1c 00 00 00 # PACKET_DIAG_INFO
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00
  08 00 05 00 00 00 00 00 # PACKET_DIAG_UID
  5c 00 01 00 # PACKET_DIAG_MCLIST
    03 00 00 00 01 00 00 00 00 00 06 00 01 00 5e 00 00 05 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00
    02 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
`);
