import { hex } from "./hex.js";

/** EINVAL for an RTM_NEWLINK with an MTU of 1. Only the header of the request is repeated. */
export const refused = hex(`
  48 00 00 00 # nlmsg_len 72
  02 00 # nlmsg_type NLMSG_ERROR
  00 03 # nlmsg_flags NLM_F_CAPPED|NLM_F_ACK_TLVS
  07 00 00 00 # nlmsg_seq
  05 43 10 e3 # nlmsg_pid
  ea ff ff ff # error
  28 00 00 00 # nlmsg_len of the request
  10 00 # nlmsg_type RTM_NEWLINK
  05 00 # nlmsg_flags NLM_F_REQUEST|NLM_F_ACK
  07 00 00 00 # nlmsg_seq
  00 00 00 00 # nlmsg_pid
  21 00 01 00 # NLMSGERR_ATTR_MSG
    6d 74 75 20 6c 65 73 73 20 74 68 61 6e 20 64 65 76 69 63 65 20 6d 69 6e
    69 6d 75 6d 00 00 00 00
`);

/** The same without NETLINK_CAP_ACK, so the whole request is repeated. */
export const refusedUncapped = hex(`
  60 00 00 00 # nlmsg_len 96
  02 00 # nlmsg_type NLMSG_ERROR
  00 02 # nlmsg_flags NLM_F_ACK_TLVS
  07 00 00 00 # nlmsg_seq
  92 0f dc d3 # nlmsg_pid
  ea ff ff ff # error
  28 00 00 00 # nlmsg_len of the request
  10 00 # nlmsg_type RTM_NEWLINK
  05 00 # nlmsg_flags NLM_F_REQUEST|NLM_F_ACK
  07 00 00 00 # nlmsg_seq
  00 00 00 00 # nlmsg_pid
  00 # ifi_family
  00 # padding
  00 00 # ifi_type
  03 00 00 00 # ifi_index
  00 00 00 00 # ifi_flags
  00 00 00 00 # ifi_change
  08 00 04 00 01 00 00 00 # IFLA_MTU
  21 00 01 00 # NLMSGERR_ATTR_MSG
    6d 74 75 20 6c 65 73 73 20 74 68 61 6e 20 64 65 76 69 63 65 20 6d 69 6e
    69 6d 75 6d 00 00 00 00
`);

/** ERANGE for an IFLA_MTU of two bytes, with its offset and the violated policy. */
export const refusedByPolicy = hex(`
  78 00 00 00 # nlmsg_len 120
  02 00 # nlmsg_type NLMSG_ERROR
  00 03 # nlmsg_flags NLM_F_CAPPED|NLM_F_ACK_TLVS
  07 00 00 00 # nlmsg_seq
  cd 4c 5b a2 # nlmsg_pid
  de ff ff ff # error
  28 00 00 00 # nlmsg_len of the request
  10 00 # nlmsg_type RTM_NEWLINK
  05 00 # nlmsg_flags NLM_F_REQUEST|NLM_F_ACK
  07 00 00 00 # nlmsg_seq
  00 00 00 00 # nlmsg_pid
  27 00 01 00 # NLMSGERR_ATTR_MSG
    41 74 74 72 69 62 75 74 65 20 66 61 69 6c 65 64 20 70 6f 6c 69 63 79 20
    76 61 6c 69 64 61 74 69 6f 6e 00 00
  08 00 02 00 20 00 00 00 # NLMSGERR_ATTR_OFFS
  24 00 04 80 # NLMSGERR_ATTR_POLICY
    0c 00 04 00 00 00 00 00 00 00 00 00 0c 00 05 00 ff ff ff ff 00 00 00 00
    08 00 01 00 04 00 00 00
`);

/** The acknowledgement of a change. */
export const acknowledged = hex(`
  24 00 00 00 # nlmsg_len 36
  02 00 # nlmsg_type NLMSG_ERROR
  00 01 # nlmsg_flags NLM_F_CAPPED
  07 00 00 00 # nlmsg_seq
  e2 af 04 da # nlmsg_pid
  00 00 00 00 # error
  20 00 00 00 # nlmsg_len of the request
  10 00 # nlmsg_type RTM_NEWLINK
  05 00 # nlmsg_flags NLM_F_REQUEST|NLM_F_ACK
  07 00 00 00 # nlmsg_seq
  00 00 00 00 # nlmsg_pid
`);

/** EINVAL at the end of a dump with an invalid request. */
export const doneWithError = hex(`
  48 00 00 00 # nlmsg_len 72
  03 00 # nlmsg_type NLMSG_DONE
  02 02 # nlmsg_flags NLM_F_MULTI|NLM_F_ACK_TLVS
  07 00 00 00 # nlmsg_seq
  b9 8f cd e1 # nlmsg_pid
  ea ff ff ff # error
  33 00 01 00 # NLMSGERR_ATTR_MSG
    49 6e 76 61 6c 69 64 20 76 61 6c 75 65 73 20 69 6e 20 68 65 61 64 65 72
    20 66 6f 72 20 6c 69 6e 6b 20 64 75 6d 70 20 72 65 71 75 65 73 74 00 00
`);

/** The end of a dump. */
export const done = hex(`
  14 00 00 00 # nlmsg_len 20
  03 00 # nlmsg_type NLMSG_DONE
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  94 49 8f a1 # nlmsg_pid
  00 00 00 00 # error
`);
