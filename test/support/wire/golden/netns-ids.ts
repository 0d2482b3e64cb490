import { hex } from "./hex.js";

/** The id 0 of a namespace that has an id in this namespace. */
export const netnsId = hex(`
  1c 00 00 00 # nlmsg_len 28
  58 00 # nlmsg_type RTM_NEWNSID
  00 00 # nlmsg_flags
  07 00 00 00 # nlmsg_seq
  cb 86 d6 a5 # nlmsg_pid
  00 00 00 00 # rtgen_family, padding
  08 00 01 00 00 00 00 00 # NETNSA_NSID
`);
