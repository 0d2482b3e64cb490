import { hex } from "./hex.js";

/** A qdisc made by `tc qdisc add dev v0 ingress_block 22 clsact`. */
export const clsact = hex(`
  a0 00 00 00 # nlmsg_len 160
  24 00 # nlmsg_type RTM_NEWQDISC
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  5e 6a 00 00 # nlmsg_pid
  00 00 00 00 # tcm_family, padding
  03 00 00 00 # tcm_ifindex
  00 00 ff ff # tcm_handle ffff:
  f1 ff ff ff # tcm_parent TC_H_CLSACT
  01 00 00 00 # tcm_info
  0b 00 01 00 63 6c 73 61 63 74 00 00 # TCA_KIND clsact
  08 00 0d 00 16 00 00 00 # TCA_INGRESS_BLOCK
  04 00 02 00 # TCA_OPTIONS
  05 00 0c 00 00 00 00 00 # TCA_HW_OFFLOAD
  30 00 07 00 # TCA_STATS2
    14 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    18 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  2c 00 03 00 # TCA_STATS
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
`);

/**
 * A filter made by `tc filter add block 22 chain 100 prio 5 protocol all u32 match u32 0 0 action mirred egress mirror
 * dev v1`.
 */
export const mirroring = hex(`
  14 01 00 00 # nlmsg_len 276
  2c 00 # nlmsg_type RTM_NEWTFILTER
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  a0 6a 00 00 # nlmsg_pid
  00 00 00 00 # tcm_family, padding
  ff ff ff ff # tcm_ifindex TCM_IFINDEX_MAGIC_BLOCK
  00 08 00 80 # tcm_handle 800::800
  16 00 00 00 # tcm_block_index
  00 03 05 00 # tcm_info: ETH_P_ALL in network byte order, priority 5
  08 00 01 00 75 33 32 00 # TCA_KIND u32
  08 00 0b 00 64 00 00 00 # TCA_CHAIN 100
  e0 00 02 00 # TCA_OPTIONS
    24 00 05 00 # TCA_U32_SEL
      01 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    08 00 02 00 00 00 00 80 # TCA_U32_HASH
    08 00 0b 00 08 00 00 00 # TCA_U32_FLAGS
    a8 00 07 00 # TCA_U32_ACT
      a4 00 01 00 # the first action
        0b 00 01 00 6d 69 72 72 65 64 00 00 # TCA_ACT_KIND mirred
        44 00 04 00 # TCA_ACT_STATS
          14 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
          14 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
          18 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        08 00 0a 00 00 00 00 00 # TCA_ACT_IN_HW_COUNT
        48 00 02 00 # TCA_ACT_OPTIONS
          20 00 02 00 # TCA_MIRRED_PARMS
            01 00 00 00 00 00 00 00 03 00 00 00 01 00 00 00 01 00 00 00 # index, capab, action, refcnt, bindcnt
            02 00 00 00 # eaction TCA_EGRESS_MIRROR
            02 00 00 00 # ifindex
          24 00 01 00 # TCA_MIRRED_TM
            4a 00 00 00 00 00 00 00 4a 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
`);
