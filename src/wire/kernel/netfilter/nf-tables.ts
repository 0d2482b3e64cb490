import { decodeUntilNul, need } from "../../bytes.js";
import {
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  listOf,
  nested,
  type ReadOptions,
  string,
} from "../netlink/attribute.js";
import { be32, be64, beS32 } from "./big-endian.js";

/** linux/netfilter/nfnetlink.h: the type of nf_tables' messages, in the upper byte of `nlmsg_type`. */
const NFNL_SUBSYS_NFTABLES = 10;

// linux/netfilter/nf_tables.h: enum nf_tables_msg_types
export const NFT_GETTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 1;
export const NFT_GETCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 4;
export const NFT_GETRULE = (NFNL_SUBSYS_NFTABLES << 8) | 7;

/** By `NFPROTO_*` (linux/netfilter.h): the names that nft(8) has for the families of tables. */
export const tableFamilies: Readonly<Record<number, string>> = {
  1: "inet",
  2: "ip",
  3: "arp",
  5: "netdev",
  7: "bridge",
  10: "ip6",
};

/** Size of `struct nfgenmsg` (linux/netfilter/nfnetlink.h): family, version, and an id that is 0 here. */
const NFGENMSG_SIZE = 4;

/** Returns the payload of a request for all objects of a kind, in the tables of all families. */
export function nfTablesRequest(): Uint8Array {
  return new Uint8Array(NFGENMSG_SIZE);
}

const tableAttributes = {
  // NFTA_TABLE_*
  name: attribute(1, "NFTA_TABLE_NAME", string),
  /** `NFT_TABLE_F_*`. */
  flags: attribute(2, "NFTA_TABLE_FLAGS", be32),
};

const tables = new AttributeSet(tableAttributes);

/** linux/netfilter/nf_tables.h: in a table's flags: its chains get no packets. */
export const NFT_TABLE_F_DORMANT = 1;

/** A table of nf_tables. */
export interface NfTable extends AttributeValues<typeof tableAttributes> {
  /** `NFPROTO_*`. */
  family: number;
}

const hookAttributes = {
  // NFTA_HOOK_*
  number: attribute(1, "NFTA_HOOK_HOOKNUM", be32),
  priority: attribute(2, "NFTA_HOOK_PRIORITY", beS32),
  /** The device of a chain with a single one. */
  device: attribute(3, "NFTA_HOOK_DEV", string),
  devices: attribute(4, "NFTA_HOOK_DEVS", listOf(attribute(1, "NFTA_DEVICE_NAME", string))),
};

const chainAttributes = {
  // NFTA_CHAIN_*
  table: attribute(1, "NFTA_CHAIN_TABLE", string),
  handle: attribute(2, "NFTA_CHAIN_HANDLE", be64),
  name: attribute(3, "NFTA_CHAIN_NAME", string),
  /** Only base chains have it. */
  hook: attribute(4, "NFTA_CHAIN_HOOK", nested(new AttributeSet(hookAttributes))),
};

const chains = new AttributeSet(chainAttributes);

/** A chain of nf_tables. */
export interface NfTablesChain extends AttributeValues<typeof chainAttributes> {
  /** `NFPROTO_*`. */
  family: number;
}

const expressionAttributes = {
  // NFTA_EXPR_*
  name: attribute(1, "NFTA_EXPR_NAME", string),
  /** Its contents depend on the name. */
  data: attribute(2, "NFTA_EXPR_DATA", binary),
};

/** One step of a rule. */
export type RuleExpression = AttributeValues<typeof expressionAttributes>;

const ruleAttributes = {
  // NFTA_RULE_*
  table: attribute(1, "NFTA_RULE_TABLE", string),
  chain: attribute(2, "NFTA_RULE_CHAIN", string),
  handle: attribute(3, "NFTA_RULE_HANDLE", be64),
  expressions: attribute(
    4,
    "NFTA_RULE_EXPRESSIONS",
    listOf(attribute(1, "NFTA_LIST_ELEM", nested(new AttributeSet(expressionAttributes)))),
  ),
  /** What the program that made the rule keeps with it. */
  userData: attribute(7, "NFTA_RULE_USERDATA", binary),
};

const rules = new AttributeSet(ruleAttributes);

/** A rule of nf_tables. */
export interface NfTablesRule extends AttributeValues<typeof ruleAttributes> {
  /** `NFPROTO_*`. */
  family: number;
}

/** Reads a `struct nfgenmsg`, of which only the family counts, and the attributes that follow it. */
function readAfterFamily<Table>(
  set: AttributeSet<Table>,
  name: string,
  payload: Uint8Array,
  options?: ReadOptions,
): AttributeValues<Table> & { family: number } {
  need("nfgenmsg", 0, NFGENMSG_SIZE, payload.length);
  return {
    family: payload[0] as number,
    ...set.read(payload, NFGENMSG_SIZE, payload.length, name, options),
  };
}

/** Writes a `struct nfgenmsg` and the attributes that follow it. Returns the offset after them. */
function writeAfterFamily<Table>(
  set: AttributeSet<Table>,
  value: AttributeValues<Table> & { family: number },
  into: Uint8Array,
  offset: number,
): number {
  into.fill(0, offset, offset + NFGENMSG_SIZE);
  into[offset] = value.family;
  return set.write(value, into, offset + NFGENMSG_SIZE);
}

/** Reads the payload of an `NFT_MSG_NEWTABLE` message. */
export function readNfTable(payload: Uint8Array, options?: ReadOptions): NfTable {
  return readAfterFamily(tables, "NFT_MSG_NEWTABLE", payload, options);
}

export function nfTableSize(table: NfTable): number {
  return NFGENMSG_SIZE + tables.size(table);
}

/** Writes the payload of an `NFT_MSG_NEWTABLE` message at `offset`. Returns the offset after it. */
export function writeNfTable(table: NfTable, into: Uint8Array, offset: number): number {
  return writeAfterFamily(tables, table, into, offset);
}

/** Reads the payload of an `NFT_MSG_NEWCHAIN` message. */
export function readNfTablesChain(payload: Uint8Array, options?: ReadOptions): NfTablesChain {
  return readAfterFamily(chains, "NFT_MSG_NEWCHAIN", payload, options);
}

export function nfTablesChainSize(chain: NfTablesChain): number {
  return NFGENMSG_SIZE + chains.size(chain);
}

/** Writes the payload of an `NFT_MSG_NEWCHAIN` message at `offset`. Returns the offset after it. */
export function writeNfTablesChain(chain: NfTablesChain, into: Uint8Array, offset: number): number {
  return writeAfterFamily(chains, chain, into, offset);
}

/** Reads the payload of an `NFT_MSG_NEWRULE` message. Byte fields are views of `payload`. */
export function readNfTablesRule(payload: Uint8Array, options?: ReadOptions): NfTablesRule {
  return readAfterFamily(rules, "NFT_MSG_NEWRULE", payload, options);
}

export function nfTablesRuleSize(rule: NfTablesRule): number {
  return NFGENMSG_SIZE + rules.size(rule);
}

/** Writes the payload of an `NFT_MSG_NEWRULE` message at `offset`. Returns the offset after it. */
export function writeNfTablesRule(rule: NfTablesRule, into: Uint8Array, offset: number): number {
  return writeAfterFamily(rules, rule, into, offset);
}

/** The type of a comment in a rule's user data (libnftnl: NFTNL_UDATA_RULE_COMMENT). */
const COMMENT = 0;

/** Returns the comment that nft(8) keeps in a rule's user data, a sequence of type, length and value. */
export function commentIn(userData: Uint8Array): string | undefined {
  for (let at = 0; at + 2 <= userData.length; ) {
    const start = at + 2;
    const end = start + (userData[at + 1] as number);
    if (end > userData.length) return undefined;
    if (userData[at] === COMMENT) return decodeUntilNul(userData, start, end);
    at = end;
  }
  return undefined;
}
