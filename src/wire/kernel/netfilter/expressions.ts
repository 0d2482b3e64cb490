import { AttributeSet, attribute, binary, nested, string } from "../netlink/attribute.js";
import { be16, be32 } from "./big-endian.js";

// The contents of NFTA_EXPR_DATA depend on the expression's name. These are the expressions that pass packets on, and
// what their registers are loaded by (linux/netfilter/nf_tables.h).

/** The expression `immediate`: loads a constant into a register. */
export const immediateExpression = new AttributeSet({
  register: attribute(1, "NFTA_IMMEDIATE_DREG", be32),
  data: attribute(
    2,
    "NFTA_IMMEDIATE_DATA",
    nested(new AttributeSet({ value: attribute(1, "NFTA_DATA_VALUE", binary) })),
  ),
});

/** The expression `dup`: passes on copies. */
export const dupExpression = new AttributeSet({
  /** The register with the address of the next hop. */
  address: attribute(1, "NFTA_DUP_SREG_ADDR", be32),
  /** The register with the index of the interface. */
  device: attribute(2, "NFTA_DUP_SREG_DEV", be32),
});

/** The expression `fwd`: passes on the packet itself. */
export const fwdExpression = new AttributeSet({
  device: attribute(1, "NFTA_FWD_SREG_DEV", be32),
  address: attribute(2, "NFTA_FWD_SREG_ADDR", be32),
});

/** The expression `log`. With a group it passes copies to programs; without, it writes to the kernel's log. */
export const logExpression = new AttributeSet({
  group: attribute(1, "NFTA_LOG_GROUP", be16),
  prefix: attribute(2, "NFTA_LOG_PREFIX", string),
  /** How many bytes of a packet are copied; all of them if it is absent. */
  snapLength: attribute(3, "NFTA_LOG_SNAPLEN", be32),
});

/** The expression `queue`: passes the packet to a program, which decides what happens to it. */
export const queueExpression = new AttributeSet({
  number: attribute(1, "NFTA_QUEUE_NUM", be16),
  /** How many queues from that number on share the packets. */
  total: attribute(2, "NFTA_QUEUE_TOTAL", be16),
  /** The register with the number, if a rule computes it. */
  register: attribute(4, "NFTA_QUEUE_SREG_QNUM", be32),
});

/** The expression `target`: a target of xtables, as iptables-nft(8) uses them. */
export const targetExpression = new AttributeSet({
  name: attribute(1, "NFTA_TARGET_NAME", string),
  revision: attribute(2, "NFTA_TARGET_REV", be32),
  info: attribute(3, "NFTA_TARGET_INFO", binary),
});

/** The expression `match`: a match of xtables. */
export const matchExpression = new AttributeSet({
  name: attribute(1, "NFTA_MATCH_NAME", string),
  info: attribute(3, "NFTA_MATCH_INFO", binary),
});

/** The expression `meta`: loads what the kernel knows about the packet. */
export const metaExpression = new AttributeSet({
  register: attribute(1, "NFTA_META_DREG", be32),
  key: attribute(2, "NFTA_META_KEY", be32),
});

// enum nft_meta_keys: the interface that the packet came by or leaves by, as an index or a name.
export const NFT_META_IIF = 4;
export const NFT_META_OIF = 5;
export const NFT_META_IIFNAME = 6;
export const NFT_META_OIFNAME = 7;

/** The expression `cmp`: ends the rule unless a register has a certain value. */
export const cmpExpression = new AttributeSet({
  register: attribute(1, "NFTA_CMP_SREG", be32),
  operation: attribute(2, "NFTA_CMP_OP", be32),
  data: attribute(
    3,
    "NFTA_CMP_DATA",
    nested(new AttributeSet({ value: attribute(1, "NFTA_DATA_VALUE", binary) })),
  ),
});

// enum nft_cmp_ops
export const NFT_CMP_EQ = 0;
export const NFT_CMP_NEQ = 1;

// enum nft_registers: a register of 16 bytes consists of four of 4 bytes, which have numbers of their own.
const NFT_REG_1 = 1;
const NFT_REG_4 = 4;
const NFT_REG32_00 = 8;

/** Returns the position of a register's first 4 bytes; undefined if it has no data. */
export function registerWord(register: number): number | undefined {
  if (register >= NFT_REG32_00) return register - NFT_REG32_00;
  if (register >= NFT_REG_1 && register <= NFT_REG_4) return 4 * (register - NFT_REG_1);
  return undefined;
}
