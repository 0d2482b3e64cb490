import { present } from "../../../present.js";
import { decodeUntilNul, malformed, need, readU16, readU32, writeU32 } from "../../bytes.js";
import { IFNAMSIZ } from "../ifreq.js";

// Rules of xtables, which iptables-legacy(8) makes. Their layout is the same on all 64-bit machines.

/** Size of the names of tables (XT_TABLE_MAXNAMELEN, linux/netfilter/x_tables.h). */
const TABLE_NAME_SIZE = 32;

/** Size of `struct ipt_getinfo` and `struct ip6t_getinfo`. */
const TABLE_INFO_SIZE = 84;
/** Size of `struct ipt_get_entries` and `struct ip6t_get_entries`, before the entries. */
export const GET_ENTRIES_SIZE = 40;

const infoField = { name: 0, validHooks: 32, hookEntry: 36, size: 80 } as const;
const entriesField = { name: 0, size: 32 } as const;

/** By `NF_INET_*` (linux/netfilter.h): the names of the built-in chains. */
const HOOKS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"] as const;

/** What the kernel says about a table. */
export interface TableInfo {
  /** The built-in chains by the offset of their first entry. */
  readonly chains: ReadonlyMap<number, string>;
  /** Size of all entries. */
  readonly size: number;
}

/** Returns the request for a table's information: a structure of which only the name counts. */
export function tableInfoRequest(name: string): Uint8Array {
  return withName(name, TABLE_INFO_SIZE);
}

/** Returns the request for a table's entries, with room for them. */
export function entriesRequest(name: string, size: number): Uint8Array {
  const bytes = withName(name, GET_ENTRIES_SIZE + size);
  writeU32(bytes, entriesField.size, size);
  return bytes;
}

function withName(name: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < Math.min(name.length, TABLE_NAME_SIZE - 1); at++) bytes[at] = name.charCodeAt(at);
  return bytes;
}

export function readTableInfo(bytes: Uint8Array): TableInfo {
  need("ipt_getinfo", 0, TABLE_INFO_SIZE, bytes.length);
  const valid = readU32(bytes, infoField.validHooks);
  const chains = new Map<number, string>();
  for (const [hook, name] of HOOKS.entries())
    if (valid & (1 << hook)) chains.set(readU32(bytes, infoField.hookEntry + 4 * hook), name);
  return { chains, size: readU32(bytes, infoField.size) };
}

/** The parts of an entry that differ between IPv4 and IPv6. */
export interface EntryLayout {
  /** Size of `struct ipt_entry` or `struct ip6t_entry`. */
  readonly size: number;
  /** Offset of `target_offset`, which `next_offset` follows. */
  readonly targetOffset: number;
  /** Offset of the names of the interfaces, which their masks follow. */
  readonly interfaces: number;
  /** Offset of the flags that invert conditions. */
  readonly inversion: number;
}

export const ipv4Entry: EntryLayout = { size: 112, targetOffset: 88, interfaces: 16, inversion: 83 };
export const ipv6Entry: EntryLayout = { size: 168, targetOffset: 140, interfaces: 64, inversion: 132 };

// linux/netfilter_ipv4/ip_tables.h. Those of IPv6 have the same numbers.
const IPT_INV_VIA_IN = 0x01;
const IPT_INV_VIA_OUT = 0x02;

/** Size of `struct xt_entry_target` and `struct xt_entry_match`, before their data. */
const EXTENSION_SIZE = 32;
const extensionField = { size: 0, name: 2, revision: 31 } as const;

/** A match or a target of a rule. */
export interface Extension {
  /** Empty for a verdict. */
  readonly name: string;
  readonly revision: number;
  /** A view. */
  readonly data: Uint8Array;
}

/** A condition on an interface's name. */
export interface NameCondition {
  readonly name: string;
  /** Present if the interface's name need only begin like this. */
  readonly isPrefix?: true;
  /** Present if it must be another interface. */
  readonly isExcluded?: true;
}

/** One rule of a table. */
export interface Entry {
  /** From the beginning of the table's entries. */
  readonly offset: number;
  /** The interface that packets must come by or leave by. */
  readonly input?: NameCondition;
  readonly output?: NameCondition;
  readonly matches: readonly Extension[];
  readonly target: Extension;
}

/** Reads a table's entries, one after the other. */
export function* readEntries(bytes: Uint8Array, layout: EntryLayout): Generator<Entry> {
  for (let offset = 0; offset < bytes.length; ) {
    need("ipt_entry", offset, layout.size, bytes.length);
    const targetOffset = readU16(bytes, offset + layout.targetOffset);
    const size = readU16(bytes, offset + layout.targetOffset + 2);
    if (targetOffset < layout.size)
      throw malformed("ipt_entry target_offset", `${targetOffset} is less than ${layout.size}`);
    need("ipt_entry target", targetOffset, EXTENSION_SIZE, size);
    need("ipt_entry", offset, size, bytes.length);
    const matches: Extension[] = [];
    for (let at = offset + layout.size; at < offset + targetOffset; ) {
      const match = readExtension(bytes, at, offset + targetOffset);
      matches.push(match);
      at += EXTENSION_SIZE + match.data.length;
    }
    const inversion = bytes[offset + layout.inversion] as number;
    const names = offset + layout.interfaces;
    yield {
      offset,
      ...present({
        input: nameCondition(bytes, names, (inversion & IPT_INV_VIA_IN) !== 0),
        output: nameCondition(bytes, names + IFNAMSIZ, (inversion & IPT_INV_VIA_OUT) !== 0),
      }),
      matches,
      target: readExtension(bytes, offset + targetOffset, offset + size),
    };
    offset += size;
  }
}

/** Reads the condition on an interface, whose mask is two names after the name; undefined if there is none. */
function nameCondition(bytes: Uint8Array, at: number, isExcluded: boolean): NameCondition | undefined {
  const mask = at + 2 * IFNAMSIZ;
  // The mask begins with 0xff for each byte that counts. It includes the NUL unless the name is a prefix.
  let counting = 0;
  while (counting < IFNAMSIZ && bytes[mask + counting] !== 0) counting++;
  if (counting === 0) return undefined;
  const name = decodeUntilNul(bytes, at, at + counting);
  return {
    name,
    ...(bytes.subarray(at, at + counting).includes(0) ? {} : { isPrefix: true }),
    ...(isExcluded ? { isExcluded } : {}),
  };
}

function readExtension(bytes: Uint8Array, at: number, end: number): Extension {
  need("xt_entry_match", at, EXTENSION_SIZE, end);
  const size = readU16(bytes, at + extensionField.size);
  if (size < EXTENSION_SIZE) throw malformed("xt_entry_match size", `${size} is less than ${EXTENSION_SIZE}`);
  need("xt_entry_match", at, size, end);
  return {
    name: decodeUntilNul(bytes, at + extensionField.name, at + extensionField.revision),
    revision: bytes[at + extensionField.revision] as number,
    data: bytes.subarray(at + EXTENSION_SIZE, at + size),
  };
}
