import { existsSync, readFileSync } from "node:fs";
import { present } from "../../present.js";
import { decodeUntilNul } from "../../wire/bytes.js";
import { AF_INET, AF_INET6 } from "../../wire/kernel/address-family.js";
import { readPassingTarget } from "../../wire/kernel/netfilter/targets.js";
import {
  type Entry,
  entriesRequest,
  GET_ENTRIES_SIZE,
  ipv4Entry,
  ipv6Entry,
  readEntries,
  readTableInfo,
  type TableInfo,
  tableInfoRequest,
} from "../../wire/kernel/netfilter/x-tables.js";
import { check, EAGAIN, hasErrno } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { SOCK_DGRAM } from "../ffi/socket-constants.js";
import { fileError } from "../file/file-error.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../netlink/unseen.js";
import { describeTarget, type NetfilterListener } from "./netfilter-listener.js";

/** What differs between the tables of IPv4 and IPv6. */
interface Kind {
  readonly by: "iptables" | "ip6tables";
  readonly family: string;
  readonly domain: number;
  /** Level of the options: SOL_IP, SOL_IPV6 (bits/socket.h). */
  readonly level: number;
  readonly layout: typeof ipv4Entry;
  /** The tables of this namespace. To ask for another one would make it. */
  readonly names: string;
}

const NAMES = "/proc/thread-self/net";
const kinds: readonly Kind[] = [
  {
    by: "iptables",
    family: "ip",
    domain: AF_INET,
    level: 0,
    layout: ipv4Entry,
    names: `${NAMES}/ip_tables_names`,
  },
  {
    by: "ip6tables",
    family: "ip6",
    domain: AF_INET6,
    level: 41,
    layout: ipv6Entry,
    names: `${NAMES}/ip6_tables_names`,
  },
];

// linux/netfilter_ipv4/ip_tables.h. Those of IPv6 have the same numbers.
const IPT_SO_GET_INFO = 64;
const IPT_SO_GET_ENTRIES = 65;

/** Bytes. A table with more was filled to exhaust this process's memory. */
const LONGEST_TABLE = 32 * 1024 * 1024;

/** How many times a table is read that changes while it is read. */
const TRIES = 5;

/**
 * Reads the rules of xtables that pass packets on, which iptables-legacy(8) and ip6tables-legacy(8) make, in the
 * calling thread's network namespace. Needs CAP_NET_ADMIN in the namespace's user namespace. Makes no table, and loads
 * no module.
 */
export function readXTables(): Seen<NetfilterListener> {
  const values: NetfilterListener[] = [];
  const unseen: Unseen[] = [];
  for (const kind of kinds) {
    const what = `the rules of ${kind.by}-legacy`;
    try {
      for (const table of tableNames(kind.names, what)) {
        const rules = readTable(kind, table, what);
        if (rules) values.push(...rules);
        else unseen.push(unseenRest(what, "too-many"));
      }
    } catch (error) {
      unseen.push(unseenBecause(what, error));
    }
  }
  return { values, unseen: [...unseen, ...unexamined()] };
}

/** Reports the tables of other families, which promisc doesn't read, if there may be some. */
function* unexamined(): Generator<Unseen> {
  const reason = "promisc doesn't read these tables";
  const arp = "the rules of arptables-legacy";
  try {
    const tables = tableNames(`${NAMES}/arp_tables_names`, arp);
    if (tables.length > 0)
      yield { what: arp, why: "not-examined", reason, remedy: "arptables-legacy -L shows them" };
  } catch (error) {
    yield unseenBecause(arp, error);
  }
  if (existsSync("/sys/module/ebtables"))
    yield {
      what: "the rules of ebtables-legacy",
      why: "not-examined",
      reason,
      remedy: "ebtables-legacy -L shows them",
    };
}

/** Returns the tables that a file lists; none if the kernel has no such tables. */
function tableNames(path: string, what: string): string[] {
  try {
    return readFileSync(path, "latin1").split("\n").filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileError(`read ${what}`, error);
  }
}

/** Returns a table's rules that pass packets on; undefined if the table is too long. */
function readTable(kind: Kind, table: string, what: string): NetfilterListener[] | undefined {
  const operation = `read ${what}`;
  using socket = FileDescriptor.socket(kind.domain, SOCK_DGRAM, 0, operation);
  const get = (option: number, bytes: Uint8Array): Uint8Array => {
    const length = new Uint32Array([bytes.length]);
    check(libc.getsockopt(socket.number, kind.level, option, bytes, length), operation, {
      needs: "CAP_NET_ADMIN",
    });
    return bytes;
  };
  for (let tries = 1; ; tries++) {
    const info = readTableInfo(get(IPT_SO_GET_INFO, tableInfoRequest(table)));
    if (info.size > LONGEST_TABLE) return undefined;
    try {
      const entries = get(IPT_SO_GET_ENTRIES, entriesRequest(table, info.size)).subarray(GET_ENTRIES_SIZE);
      return describeTable(kind, table, info, entries);
    } catch (error) {
      // The table changed between the two calls.
      if (tries === TRIES || !hasErrno(error, EAGAIN)) throw error;
    }
  }
}

/** The target of the entry that begins a chain which a user made, and of the last entry of a table. */
const CHAIN_HEAD = "ERROR";

function describeTable(
  { by, family, layout }: Kind,
  table: string,
  { chains }: TableInfo,
  entries: Uint8Array,
): NetfilterListener[] {
  const values: NetfilterListener[] = [];
  let chain = "";
  let hook: NetfilterListener["hook"];
  let position = 0;
  for (const { offset, input, output, matches, target } of readEntries(entries, layout)) {
    const builtIn = chains.get(offset);
    if (builtIn !== undefined) {
      chain = builtIn;
      hook = { name: builtIn.toLowerCase() };
      position = 0;
    }
    if (target.name === CHAIN_HEAD) {
      chain = decodeUntilNul(target.data, 0, target.data.length);
      hook = undefined;
      position = 0;
      continue;
    }
    position++;
    const passing = readPassingTarget(target.name, target.revision, target.data);
    if (!passing) continue;
    const action = describeTarget(passing, layout === ipv4Entry);
    values.push({
      by,
      family,
      table,
      chain,
      ...present({ hook, input, output, comment: commentIn(matches) }),
      position,
      action,
    });
  }
  return values;
}

function commentIn(matches: Entry["matches"]): string | undefined {
  const comment = matches.find(({ name }) => name === "comment");
  return comment && decodeUntilNul(comment.data, 0, comment.data.length);
}
