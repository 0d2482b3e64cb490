import { hex } from "./hex.js";

/** A table made by `table ip off { flags dormant; }`. */
export const dormantTable = hex(`
  38 00 00 00 # nlmsg_len 56
  00 0a # nlmsg_type NFT_MSG_NEWTABLE
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  89 26 00 00 # nlmsg_pid
  02 00 00 02 # nfgen_family NFPROTO_IPV4, version, res_id
  08 00 01 00 6f 66 66 00 # NFTA_TABLE_NAME off
  08 00 03 00 00 00 00 00 # NFTA_TABLE_USE
  0c 00 04 00 00 00 00 00 00 00 00 01 # NFTA_TABLE_HANDLE
  08 00 02 00 00 00 00 01 # NFTA_TABLE_FLAGS NFT_TABLE_F_DORMANT
`);

/** A chain made by `chain in { type filter hook ingress device "v0" priority -5; }` in the table `netdev watch`. */
export const ingressChain = hex(`
  80 00 00 00 # nlmsg_len 128
  03 0a # nlmsg_type NFT_MSG_NEWCHAIN
  02 00 # nlmsg_flags NLM_F_MULTI
  07 00 00 00 # nlmsg_seq
  a2 44 00 00 # nlmsg_pid
  05 00 00 02 # nfgen_family NFPROTO_NETDEV, version, res_id
  0a 00 01 00 77 61 74 63 68 00 00 00 # NFTA_CHAIN_TABLE watch
  07 00 03 00 69 6e 00 00 # NFTA_CHAIN_NAME in
  0c 00 02 00 00 00 00 00 00 00 00 01 # NFTA_CHAIN_HANDLE
  28 00 04 00 # NFTA_CHAIN_HOOK
    08 00 01 00 00 00 00 00 # NFTA_HOOK_HOOKNUM NF_NETDEV_INGRESS
    08 00 02 00 ff ff ff fb # NFTA_HOOK_PRIORITY -5
    0c 00 04 00 07 00 01 00 76 30 00 00 # NFTA_HOOK_DEVS: NFTA_DEVICE_NAME v0
    07 00 03 00 76 30 00 00 # NFTA_HOOK_DEV v0
  08 00 05 00 00 00 00 01 # NFTA_CHAIN_POLICY
  0b 00 07 00 66 69 6c 74 65 72 00 00 # NFTA_CHAIN_TYPE filter
  08 00 0a 00 00 00 00 01 # NFTA_CHAIN_FLAGS
  08 00 06 00 00 00 00 01 # NFTA_CHAIN_USE
`);

/** A rule made by `dup to "v1" comment "copies"` in that chain. */
export const dupRule = hex(`
  8c 00 00 00 # nlmsg_len 140
  06 0a # nlmsg_type NFT_MSG_NEWRULE
  02 08 # nlmsg_flags NLM_F_MULTI, NLM_F_APPEND
  07 00 00 00 # nlmsg_seq
  d6 44 00 00 # nlmsg_pid
  05 00 00 02 # nfgen_family NFPROTO_NETDEV, version, res_id
  0a 00 01 00 77 61 74 63 68 00 00 00 # NFTA_RULE_TABLE watch
  07 00 02 00 69 6e 00 00 # NFTA_RULE_CHAIN in
  0c 00 03 00 00 00 00 00 00 00 00 02 # NFTA_RULE_HANDLE
  48 00 04 00 # NFTA_RULE_EXPRESSIONS
    2c 00 01 00 # NFTA_LIST_ELEM
      0e 00 01 00 69 6d 6d 65 64 69 61 74 65 00 00 00 # NFTA_EXPR_NAME immediate
      18 00 02 00 # NFTA_EXPR_DATA
        08 00 01 00 00 00 00 01 # NFTA_IMMEDIATE_DREG NFT_REG_1
        0c 00 02 00 08 00 01 00 02 00 00 00 # NFTA_IMMEDIATE_DATA: NFTA_DATA_VALUE, interface 2 in host byte order
    18 00 01 00 # NFTA_LIST_ELEM
      08 00 01 00 64 75 70 00 # NFTA_EXPR_NAME dup
      0c 00 02 00 08 00 02 00 00 00 00 01 # NFTA_EXPR_DATA: NFTA_DUP_SREG_DEV NFT_REG_1
  0d 00 07 00 00 07 63 6f 70 69 65 73 00 00 00 00 # NFTA_RULE_USERDATA: a comment of 7 bytes, padding
`);

/** What IPT_SO_GET_INFO says of the table raw, with one rule in PREROUTING. */
export const rawTable = hex(`
  72 61 77 00 ${"00 ".repeat(28)} # name
  09 00 00 00 # valid_hooks: PREROUTING and OUTPUT
  00 00 00 00 ff ff ff ff ff ff ff ff 98 02 00 00 ff ff ff ff # hook_entry
  00 02 00 00 ff ff ff ff ff ff ff ff 98 02 00 00 ff ff ff ff # underflow
  04 00 00 00 # num_entries
  e0 03 00 00 # size
`);

const header = "00 ".repeat(88);
const counters = "00 ".repeat(16);

/**
 * Two of that table's entries: the rule made by `iptables-legacy -t raw -A PREROUTING -m comment --comment copied
 * -j NFLOG --nflog-group 5 --nflog-prefix p`, and the last entry.
 */
export const rawEntries = hex(`
  ${header} # ip, nfcache
  90 01 # target_offset 400
  00 02 # next_offset 512
  01 00 00 00 # comefrom
  ${counters}
    20 01 # match_size 288
    63 6f 6d 6d 65 6e 74 ${"00 ".repeat(22)} # name comment
    00 # revision
    63 6f 70 69 65 64 ${"00 ".repeat(250)} # copied
    70 00 # target_size 112
    4e 46 4c 4f 47 ${"00 ".repeat(24)} # name NFLOG
    00 # revision
    00 00 00 00 05 00 00 00 00 00 00 00 # len, group, threshold, flags, pad
    70 ${"00 ".repeat(63)} # prefix
    00 00 00 00 # padding
  ${header} # ip, nfcache
  70 00 # target_offset 112
  b0 00 # next_offset 176
  00 00 00 00 # comefrom
  ${counters}
    40 00 # target_size 64
    45 52 52 4f 52 ${"00 ".repeat(24)} # name ERROR
    00 # revision
    45 52 52 4f 52 ${"00 ".repeat(27)} # errorname, padding
`);
