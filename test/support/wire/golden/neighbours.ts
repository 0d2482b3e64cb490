import { hex } from "./hex.js";

/** An entry made by `bridge fdb add 02:00:00:00:00:08 dev v0 self`, in a dump of AF_BRIDGE neighbours. */
export const forwardingEntry = hex(`
  28 00 00 00 # nlmsg_len 40
  1c 00 # nlmsg_type RTM_NEWNEIGH
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  c2 0a 00 00 # nlmsg_pid
  07 00 00 00 # ndm_family AF_BRIDGE, padding
  03 00 00 00 # ndm_ifindex
  80 00 # ndm_state NUD_PERMANENT
  02 # ndm_flags NTF_SELF
  00 # ndm_type
  0a 00 02 00 02 00 00 00 00 08 00 00 # NDA_LLADDR, padding
`);
