import { BPF_SUB } from "../kernel/bpf/classic.js";
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, field as dhcp } from "../packet/application/dhcp.js";
import { ETH_P_802_3_MIN, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_P_RARP } from "../packet/link/ether-type.js";
import { ETHER_ARP_SIZE } from "../packet/network/arp.js";
import { ICMP_SIZE } from "../packet/network/icmp.js";
import { ND_REDIRECT, ND_ROUTER_SOLICIT } from "../packet/network/icmp6/icmp6-header.js";
import { IPV4_SIZE, IPVERSION, field as ipv4 } from "../packet/network/ipv4.js";
import { IPV6_SIZE, IPV6_VERSION, field as ipv6 } from "../packet/network/ipv6.js";
import { IPV6_FRAGMENT_SIZE } from "../packet/network/ipv6-fragment.js";
import * as protocol from "../packet/network/protocol-number.js";
import { TCP_SIZE, field as tcp } from "../packet/transport/tcp.js";
import { UDP_SIZE, field as udp } from "../packet/transport/udp.js";
import type { Budget } from "./budget.js";
import type { Decision, Test } from "./decision.js";
import { assumeAll, type Facts, ofLongPackets, skip } from "./facts.js";
import type { Model } from "./model.js";
import { bitsOf, type Load, partsOfSum, type Term } from "./term.js";

/** What a payload is that of: a protocol, an IP packet whose protocol isn't known, or the frame as a whole. */
export type PayloadOf = "tcp" | "udp" | "icmp" | "icmp6" | "sctp" | "ip" | "ip6" | "frame";

/** A constant that a filter compares with payload: what data begins with that is meant for whoever listens. */
export interface PayloadConstant {
  /** The protocol whose payload it is compared with. */
  readonly payloadOf: PayloadOf;
  /**
   * Where the compared bytes begin: their offset in the payload, or in the packet for `frame`. For a program that doesn't
   * ask for the length of the headers, they are taken to have no options.
   */
  readonly offset: number;
  /** The number of bytes that are compared: 1, 2 or 4. */
  readonly size: number;
  /** The bits that are compared. */
  readonly mask: number;
  /** Packets are accepted that have the constant, haven't, have a greater value, or have one that isn't greater. */
  readonly operator: "=" | "!=" | ">" | "<=";
  readonly constant: number;
  /** Whether the constant is compared not with the bytes, but with something that is calculated from them. */
  readonly isCalculated: boolean;
}

/** The sizes of the headers, without options. Of a protocol that isn't listed, the first bytes are taken to be one. */
const headers: Readonly<Record<number, readonly [name: PayloadOf, size: number]>> = {
  [protocol.IPPROTO_TCP]: ["tcp", TCP_SIZE],
  [protocol.IPPROTO_UDP]: ["udp", UDP_SIZE],
  [protocol.IPPROTO_ICMP]: ["icmp", ICMP_SIZE],
  [protocol.IPPROTO_ICMPV6]: ["icmp6", ICMP_SIZE],
  [protocol.IPPROTO_SCTP]: ["sctp", 12],
  [protocol.IPPROTO_FRAGMENT]: ["ip6", IPV6_FRAGMENT_SIZE],
};

/** Fewer compared bits are a flag, as in `udp[10] & 0x80 != 0` for answers of DNS. */
const LEAST_BITS = 8;

/** What the tests so far say about the packet's protocols. */
interface Context {
  readonly network: number | undefined;
  readonly transport: number | undefined;
  readonly isDhcp: boolean;
  readonly isDiscovery: boolean;
}

/** Returns the constants that a decision compares with payload, in the order of its tests. */
export function payloadConstants(
  decision: Decision,
  known: Facts,
  model: Model,
  places: ReadonlyMap<Test, number>,
  budget: Budget,
): PayloadConstant[] {
  const found = new Map<string, { constant: PayloadConstant; place: number }>();
  const done = new Set<string>();
  const visit = (from: Decision, facts: Facts): void => {
    const at = skip(from, facts);
    if (typeof at === "boolean") return;
    const context = contextOf(facts, model);
    const { network, transport, isDhcp, isDiscovery } = context;
    const key = `${at.id} ${network} ${transport} ${isDhcp} ${isDiscovery}`;
    if (done.has(key)) return;
    done.add(key);
    budget.spend();
    const constant = constantOf(at.test, at.then === false, context, model);
    if (constant) {
      const { payloadOf, offset, size, mask, operator, constant: value } = constant;
      const place = places.get(at.test) ?? 0;
      found.set(`${payloadOf} ${offset} ${size} ${mask} ${operator} ${value}`, { constant, place });
    }
    visit(at.then, assumeAll(facts, at.test, true));
    visit(at.otherwise, assumeAll(facts, at.test, false));
  };
  visit(decision, ofLongPackets(known));
  return [...found.values()].sort((a, b) => a.place - b.place).map(({ constant }) => constant);
}

/** Returns the value of a term if the facts determine all its bits. */
function knownValue(facts: Facts, term: Term | undefined): number | undefined {
  const known = term && facts.known.get(term.id);
  return known && known.least === known.most ? known.least : undefined;
}

function contextOf(facts: Facts, model: Model): Context {
  const { terms, layout } = model;
  const start = model.network(0);
  let network = knownValue(facts, layout.etherType?.(terms, 0));
  if (!layout.etherType) {
    const first = facts.known.get(terms.load(1, start).id);
    const version = first && first.mask >= 0xf0 ? first.bits >>> 4 : undefined;
    network = version === IPVERSION ? ETH_P_IP : version === IPV6_VERSION ? ETH_P_IPV6 : undefined;
  }
  if (network !== ETH_P_IP && network !== ETH_P_IPV6)
    return { network, transport: undefined, isDhcp: false, isDiscovery: false };
  const is6 = network === ETH_P_IPV6;
  const transport = knownValue(facts, terms.load(1, start + (is6 ? ipv6.nextHeader : ipv4.protocol)));
  const header = (size: 1 | 2, offset: number): (number | undefined)[] => {
    const behind = is6
      ? [terms.load(size, start + IPV6_SIZE + offset)]
      : [
          terms.load(size, start + offset, model.ipHeaderLength(0)),
          // Programs that take the header to have no options.
          terms.load(size, start + IPV4_SIZE + offset),
        ];
    return behind.map((term) => knownValue(facts, term));
  };
  const ports =
    transport === protocol.IPPROTO_UDP
      ? [...header(2, udp.sourcePort), ...header(2, udp.destinationPort)]
      : [];
  const types = transport === protocol.IPPROTO_ICMPV6 ? header(1, 0) : [];
  return {
    network,
    transport,
    isDhcp: ports.includes(DHCP_SERVER_PORT) || ports.includes(DHCP_CLIENT_PORT),
    isDiscovery: types.some((type) => type !== undefined && type >= ND_ROUTER_SOLICIT && type <= ND_REDIRECT),
  };
}

function constantOf(
  test: Test,
  isRejected: boolean,
  context: Context,
  model: Model,
): PayloadConstant | undefined {
  if (test.kind !== "equal" && test.kind !== "greater") return undefined;
  const { term, constant } = test;
  // A difference that is compared with 0 is a comparison of two parts of the packet.
  if (term.kind === "operation" && term.operation === BPF_SUB) return undefined;
  for (const load of loadsIn(term)) {
    const place = placeOf(load, context, model);
    if (!place) continue;
    const mask = test.kind === "equal" && term === load ? test.mask : bitsOf(load.most);
    if (bitCount(mask) < LEAST_BITS) continue;
    const operators = test.kind === "equal" ? (["=", "!="] as const) : ([">", "<="] as const);
    return {
      ...place,
      size: load.size,
      mask,
      operator: operators[isRejected ? 1 : 0],
      constant,
      isCalculated: term !== load,
    };
  }
  return undefined;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Returns the loads in a term, without those that only say where others are. */
function loadsIn(term: Term): (Term & Load)[] {
  if (term.kind === "load") return [term];
  return term.kind === "operation" ? [...loadsIn(term.left), ...loadsIn(term.right)] : [];
}

/** Returns which payload a load is from, and where in it; undefined for what isn't payload. */
function placeOf(
  load: Load,
  context: Context,
  model: Model,
): Pick<PayloadConstant, "payloadOf" | "offset"> | undefined {
  const { network, transport } = context;
  const offset = load.offset - model.network(0);
  if (network === ETH_P_ARP || network === ETH_P_RARP)
    return load.index || offset >= ETHER_ARP_SIZE ? { payloadOf: "frame", offset: load.offset } : undefined;
  if (network !== ETH_P_IP && network !== ETH_P_IPV6) {
    // Without a known protocol, what may be a header of IP and of what follows isn't taken for payload.
    const least = network !== undefined && network >= ETH_P_802_3_MIN ? 0 : IPV4_SIZE + UDP_SIZE;
    return offset >= least ? { payloadOf: "frame", offset: load.offset } : undefined;
  }
  const length = model.ipHeaderLength(0);
  const parts = load.index ? partsOfSum(load.index) : [];
  const behind = network === ETH_P_IP && parts.includes(length);
  const rest = parts.filter((part) => part !== length);
  const [name, size] = headers[transport ?? -1] ?? [network === ETH_P_IP ? "ip" : "ip6", 0];
  const isTcp = transport === protocol.IPPROTO_TCP;
  const isBehindTcp = isTcp && rest.length > 0 && rest.every((part) => isDataOffset(part, model, network));
  const start = behind ? 0 : network === ETH_P_IP ? IPV4_SIZE : IPV6_SIZE;
  const at = offset - start - (isBehindTcp ? 0 : size);
  if (at < 0 && !isBehindTcp) return undefined;
  if (context.isDhcp && at + load.size <= dhcp.options) return undefined;
  // Neighbour discovery has its fields where an echo has its data.
  if (context.isDiscovery) return undefined;
  return { payloadOf: name, offset: at };
}

/** Reports whether a term is calculated from the length of TCP's header alone. */
function isDataOffset(term: Term, model: Model, network: number): boolean {
  const start = model.network(0);
  const field =
    network === ETH_P_IP
      ? model.terms.load(1, start + tcp.offsetFlags, model.ipHeaderLength(0))
      : model.terms.load(1, start + IPV6_SIZE + tcp.offsetFlags);
  const loads = loadsIn(term);
  return loads.length > 0 && loads.every((load) => load === field);
}

const names: Readonly<Record<PayloadOf, string>> = {
  tcp: "TCP payload",
  udp: "UDP payload",
  icmp: "ICMP payload",
  icmp6: "ICMPv6 payload",
  sctp: "SCTP payload",
  ip: "IPv4 payload",
  ip6: "IPv6 payload",
  frame: "packet",
};

/** Describes a constant and where it is compared, for example `UDP payload bytes 0-1 = 0x7255`. */
export function describePayloadConstant(compared: PayloadConstant): string {
  const { payloadOf, offset, size, mask, operator, constant, isCalculated } = compared;
  const hexadecimal = (value: number) => `0x${value.toString(16).padStart(2 * size, "0")}`;
  const bytes = size === 1 ? `byte ${offset}` : `bytes ${offset}-${offset + size - 1}`;
  const masked = mask === 2 ** (8 * size) - 1 ? "" : ` & ${hexadecimal(mask)}`;
  const what = `${names[payloadOf]} ${bytes}${masked}`;
  return `${isCalculated ? `calculation with ${what}` : what} ${operator} ${hexadecimal(constant)}`;
}
