import { present } from "../../present.js";
import { decodeUntilNul, NO_BYTES, readU32 } from "../../wire/bytes.js";
import { formatInetAddress } from "../../wire/inet-address.js";
import {
  cmpExpression,
  dupExpression,
  fwdExpression,
  immediateExpression,
  logExpression,
  matchExpression,
  metaExpression,
  NFT_CMP_EQ,
  NFT_CMP_NEQ,
  NFT_META_IIF,
  NFT_META_IIFNAME,
  NFT_META_OIF,
  NFT_META_OIFNAME,
  queueExpression,
  registerWord,
  targetExpression,
} from "../../wire/kernel/netfilter/expressions.js";
import {
  commentIn,
  NFT_GETCHAIN,
  NFT_GETRULE,
  NFT_GETTABLE,
  NFT_TABLE_F_DORMANT,
  type NfTablesChain,
  type NfTablesRule,
  nfTablesRequest,
  type RuleExpression,
  readNfTable,
  readNfTablesChain,
  readNfTablesRule,
  tableFamilies,
} from "../../wire/kernel/netfilter/nf-tables.js";
import { readPassingTarget } from "../../wire/kernel/netfilter/targets.js";
import { EINVAL, EPROTONOSUPPORT, hasErrno } from "../ffi/errno.js";
import { findKernelModule } from "../netlink/kernel-module.js";
import { NetlinkConnection, type OpenTransport } from "../netlink/netlink-connection.js";
import { NETLINK_NETFILTER, NetlinkSocket } from "../netlink/netlink-socket.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../netlink/unseen.js";
import {
  describeQueues,
  describeTarget,
  type InterfaceCondition,
  type NetfilterListener,
  type PassingAction,
} from "./netfilter-listener.js";

// A namespace with more than this was filled to exhaust this process's time.
const MOST_TABLES = 16_384;
const MOST_CHAINS = 65_536;
const MOST_RULES = 131_072;

const WHAT = "the rules of nftables";

/** In characters. nft(8) and iptables(8) allow no more, but the kernel may. */
const LONGEST_COMMENT = 256;

const NFPROTO_IPV4 = 2;

/** By `NFPROTO_*`: the names of the hooks, by number. */
const internetHooks = ["prerouting", "input", "forward", "output", "postrouting", "ingress"];
const hooks: Readonly<Record<number, readonly string[]>> = {
  1: internetHooks,
  2: internetHooks,
  3: ["input", "output", "forward"],
  5: ["ingress", "egress"],
  7: internetHooks,
  10: internetHooks,
};

/** How long the rules of one namespace are read, in milliseconds. The kernel takes a second for some 40,000 rules. */
const LONGEST_MS = 10_000;

/** Options of {@link readNfTables}. */
export interface ReadNfTablesOptions {
  /** The time after which reading stops, in milliseconds. */
  readonly time?: number;
  /** Opens the transport to a kernel that is known to have nftables; the default finds out first. */
  readonly open?: OpenTransport;
}

/**
 * Reads the rules of nftables that pass packets on, in the calling thread's network namespace. Needs CAP_NET_ADMIN in
 * the namespace's user namespace. Loads no module.
 */
export function readNfTables({ time = LONGEST_MS, open }: ReadNfTablesOptions = {}): Seen<NetfilterListener> {
  const presence = open ? "present" : findKernelModule("nf_tables", "nf_tables_getrule");
  // Rules exist only where the module is loaded.
  if (presence === "absent" || presence === "loadable") return { values: [], unseen: [] };
  if (presence === "unknown")
    return {
      values: [],
      unseen: [
        {
          what: WHAT,
          why: "not-examined",
          reason: "it can't be seen whether nf_tables is loaded, and asking could load it",
        },
      ],
    };
  try {
    using connection = new NetlinkConnection(
      open ?? ((receiveSize) => new NetlinkSocket(NETLINK_NETFILTER, { receiveSize })),
    );
    return readRules(connection, performance.now() + time);
  } catch (error) {
    // A kernel without nftables.
    if (hasErrno(error, EINVAL) || hasErrno(error, EPROTONOSUPPORT)) return { values: [], unseen: [] };
    return { values: [], unseen: [unseenBecause(WHAT, error)] };
  }
}

function readRules(connection: NetlinkConnection, end: number): Seen<NetfilterListener> {
  const unseen: Unseen[] = [];
  const dump = <Value>(
    type: number,
    most: number,
    read: (payload: Uint8Array) => Value | undefined,
  ): Value[] => {
    const { values, incomplete } = connection.dumpPartly(
      { operation: `read ${WHAT}`, type, payload: nfTablesRequest(), needs: "CAP_NET_ADMIN" },
      ({ payload }) => read(payload),
      { most, time: end - performance.now() },
    );
    if (incomplete) unseen.push(unseenRest(WHAT, incomplete));
    return values;
  };
  const rules = dump(NFT_GETRULE, MOST_RULES, (payload) => {
    const rule = readNfTablesRule(payload, { keepUnknown: false });
    const actions = passingActions(rule);
    return actions.length === 0 ? undefined : describeRule(rule, actions);
  }).flat();
  if (rules.length === 0) return { values: [], unseen };
  const bases = dump(NFT_GETCHAIN, MOST_CHAINS, (payload) => {
    const chain = readNfTablesChain(payload, { keepUnknown: false });
    return (
      chain.hook && {
        key: keyOf(familyName(chain.family), chain.table, chain.name),
        hook: describeHook(chain),
      }
    );
  });
  const byChain = new Map(bases.map(({ key, hook }) => [key, hook]));
  const dormant = new Set(
    dump(NFT_GETTABLE, MOST_TABLES, (payload) => {
      const { family, name, flags = 0 } = readNfTable(payload, { keepUnknown: false });
      return flags & NFT_TABLE_F_DORMANT ? keyOf(familyName(family), name) : undefined;
    }),
  );
  return {
    values: rules.map((rule) => ({
      ...rule,
      ...present({
        hook: byChain.get(keyOf(rule.family, rule.table, rule.chain)),
        isDormant: dormant.has(keyOf(rule.family, rule.table)) ? (true as const) : undefined,
      }),
    })),
    unseen,
  };
}

function keyOf(family: string, table = "", chain = ""): string {
  return JSON.stringify([family, table, chain]);
}

function familyName(family: number): string {
  return tableFamilies[family] ?? `family ${family}`;
}

function describeHook({ family, hook }: NfTablesChain): NonNullable<NetfilterListener["hook"]> {
  const number = hook?.number ?? -1;
  const devices = hook?.devices ?? (hook?.device === undefined ? undefined : [hook.device]);
  return {
    name: hooks[family]?.[number] ?? `hook ${number}`,
    ...present({ priority: hook?.priority, devices }),
  };
}

function describeRule(rule: NfTablesRule, actions: readonly PassingAction[]): NetfilterListener[] {
  const { family, table = "", chain = "", handle, userData, expressions = [] } = rule;
  const comment = (userData && commentIn(userData)) ?? commentOfMatch(expressions);
  return actions.map((action) => ({
    by: "nftables",
    family: familyName(family),
    table,
    chain,
    ...interfaceConditions(expressions),
    ...present({
      handle: handle === undefined ? undefined : Number(handle),
      comment: comment?.slice(0, LONGEST_COMMENT),
    }),
    action,
  }));
}

/** Returns the comment of a rule that iptables-nft(8) made, which has it as a match. */
function commentOfMatch(expressions: readonly RuleExpression[]): string | undefined {
  for (const { name, data } of expressions) {
    if (name !== "match" || !data) continue;
    const match = matchExpression.read(data, 0, data.length, "match");
    if (match.name === "comment" && match.info) return decodeUntilNul(match.info, 0, match.info.length);
  }
  return undefined;
}

const interfaceKeys: Readonly<Record<number, "input" | "output">> = {
  [NFT_META_IIF]: "input",
  [NFT_META_OIF]: "output",
  [NFT_META_IIFNAME]: "input",
  [NFT_META_OIFNAME]: "output",
};

/** Returns the conditions on interfaces, each of which loads the interface and compares it with a constant. */
function interfaceConditions(
  expressions: readonly RuleExpression[],
): Pick<NetfilterListener, "input" | "output"> {
  const found: { input?: InterfaceCondition; output?: InterfaceCondition } = {};
  for (const [position, { name, data }] of expressions.entries()) {
    const next = expressions[position + 1];
    if (name !== "meta" || next?.name !== "cmp" || !data || !next.data) continue;
    const { key = -1, register } = metaExpression.read(data, 0, data.length, name);
    const comparison = cmpExpression.read(next.data, 0, next.data.length, next.name);
    const value = comparison.data?.value;
    const side = interfaceKeys[key];
    const { operation } = comparison;
    if (!side || !value || comparison.register !== register) continue;
    if (operation !== NFT_CMP_EQ && operation !== NFT_CMP_NEQ) continue;
    const isExcluded = operation === NFT_CMP_NEQ ? { isExcluded: true as const } : {};
    if (key === NFT_META_IIFNAME || key === NFT_META_OIFNAME)
      found[side] = {
        name: decodeUntilNul(value, 0, value.length),
        // A whole name is compared together with its NUL, a prefix without.
        ...(value.includes(0) ? {} : { isPrefix: true }),
        ...isExcluded,
      };
    else if (value.length >= 4) found[side] = { index: readU32(value, 0), ...isExcluded };
  }
  return found;
}

/** Expressions that write no register. */
const withoutResult = new Set([
  "cmp",
  "counter",
  "dup",
  "fwd",
  "limit",
  "log",
  "match",
  "queue",
  "quota",
  "range",
]);

/** Returns what a rule passes on. Constants are known if they are loaded after everything else that loads registers. */
function passingActions({ family, expressions = [] }: NfTablesRule): PassingAction[] {
  const actions: PassingAction[] = [];
  const constants = new Map<number, Uint8Array>();
  for (const { name = "", data } of expressions) {
    if (name === "immediate" && data) {
      const immediate = immediateExpression.read(data, 0, data.length, name, { keepUnknown: false });
      const word = registerWord(immediate.register ?? 0);
      if (word !== undefined && immediate.data?.value) constants.set(word, immediate.data.value);
      continue;
    }
    const action = data && describeExpression(name, data, family, constants);
    if (action) actions.push(action);
    else if (!withoutResult.has(name)) constants.clear();
  }
  return actions;
}

function describeExpression(
  name: string,
  data: Uint8Array,
  family: number,
  constants: ReadonlyMap<number, Uint8Array>,
): PassingAction | undefined {
  const constant = (register: number | undefined): Uint8Array | undefined =>
    register === undefined ? undefined : constants.get(registerWord(register) ?? -1);
  const index = (register: number | undefined): number | undefined => {
    const value = constant(register);
    return value && value.length >= 4 ? readU32(value, 0) : undefined;
  };
  switch (name) {
    case "dup": {
      const { address, device } = dupExpression.read(data, 0, data.length, name);
      const target = index(device);
      const gateway = constant(address);
      const isComputed =
        (device !== undefined && target === undefined) || (address !== undefined && !gateway);
      return {
        kind: "dup",
        ...present({
          target,
          gateway: (gateway && formatInetAddress(gateway)) ?? undefined,
          isComputed: isComputed ? (true as const) : undefined,
        }),
      };
    }
    case "fwd": {
      const target = index(fwdExpression.read(data, 0, data.length, name).device);
      return target === undefined ? { kind: "fwd", isComputed: true } : { kind: "fwd", target };
    }
    case "log": {
      const { group, prefix, snapLength } = logExpression.read(data, 0, data.length, name);
      // Without a group, it writes to the kernel's log.
      return group === undefined
        ? undefined
        : { kind: "nflog", group, ...present({ prefix, bytes: snapLength }) };
    }
    case "queue": {
      const { number, total, register } = queueExpression.read(data, 0, data.length, name);
      return register === undefined ? describeQueues(number ?? 0, total ?? 1) : { kind: "nfqueue" };
    }
    case "target": {
      const target = targetExpression.read(data, 0, data.length, name);
      const passing = readPassingTarget(target.name ?? "", target.revision ?? 0, target.info ?? NO_BYTES);
      return passing && describeTarget(passing, family === NFPROTO_IPV4);
    }
    default:
      return undefined;
  }
}
