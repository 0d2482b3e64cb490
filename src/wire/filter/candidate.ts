import { formatHardwareAddress } from "../hardware-address.js";
import { ipv6AddressAt } from "../inet-address.js";
import { writeBe32 } from "../network-order.js";
import { ETH_P_IP, ETH_P_IPV6 } from "../packet/link/ether-type.js";
import { field as ethernet } from "../packet/link/ethernet.js";
import { BROADCAST, GROUP_BIT } from "../packet/link/ethernet-address.js";
import { ARP_HEADER_SIZE } from "../packet/network/arp.js";
import { field as ipv4 } from "../packet/network/ipv4.js";
import { IPV6_SIZE, field as ipv6 } from "../packet/network/ipv6.js";
import { field as fragment } from "../packet/network/ipv6-fragment.js";
import * as protocol from "../packet/network/protocol-number.js";
import { field as ports } from "../packet/transport/udp.js";
import {
  comparisonOf,
  etherTypePrimitive,
  networkKeywords,
  type Protocols,
  protocolsKnown,
  TRANSPORTS,
} from "./access.js";
import type { Branch, Decision, Test } from "./decision.js";
import { type Condition, decisionOf, type Expression, negate, type Primitive } from "./expression.js";
import type { Facts } from "./facts.js";
import { type AddressRole, HOST_PROTOCOLS, type Model, PORT_KEYWORDS, PORT_PROTOCOLS } from "./model.js";
import { ALL_BITS, type Load, type Term } from "./term.js";

/** An expression that may be part of what a decision means. */
export interface Candidate {
  readonly expression: Expression;
  readonly decision: Decision;
  /** The place of its first test in the program. */
  readonly order: number;
}

/** Keywords that mean a protocol behind IPv4's header, IPv6's, or either. */
const protocolKeywords: Readonly<Record<number, readonly [keyword: string, over: "ip" | "ip6" | "both"]>> = {
  [protocol.IPPROTO_ICMP]: ["icmp", "ip"],
  [protocol.IPPROTO_IGMP]: ["igmp", "ip"],
  [protocol.IPPROTO_TCP]: ["tcp", "both"],
  [protocol.IPPROTO_IGRP]: ["igrp", "ip"],
  [protocol.IPPROTO_UDP]: ["udp", "both"],
  [protocol.IPPROTO_ESP]: ["esp", "both"],
  [protocol.IPPROTO_AH]: ["ah", "both"],
  [protocol.IPPROTO_ICMPV6]: ["icmp6", "ip6"],
  [protocol.IPPROTO_PIM]: ["pim", "both"],
  [protocol.IPPROTO_VRRP]: ["vrrp", "ip"],
  [protocol.IPPROTO_SCTP]: ["sctp", "both"],
};

/** The tests of a decision by their place in the program. */
function testsOf(decision: Decision): Branch[] {
  const found = new Set<Branch>();
  const waiting = [decision];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    if (typeof at !== "boolean" && !found.has(at)) {
      found.add(at);
      waiting.push(at.then, at.otherwise);
    }
  return [...found].sort((a, b) => a.test.id - b.test.id);
}

/** Collects primitives that compare what a decision compares with the same constants. */
export class Candidates {
  readonly #model: Model;
  readonly #shift: number;
  readonly #found = new Map<string, Candidate>();
  readonly #places: ReadonlyMap<Test, number>;

  /** @param places the place in the program of each test */
  constructor(model: Model, shift: number, places: ReadonlyMap<Test, number>) {
    this.#model = model;
    this.#shift = shift;
    this.#places = places;
  }

  #add(text: string, test: Test, condition: (shift: number) => Condition): void {
    this.#addPrimitive({ kind: "primitive", text, condition }, test);
  }

  #addPrimitive(expression: Primitive, test: Test): void {
    const order = this.#places.get(test) ?? 0;
    const before = this.#found.get(expression.text);
    if (before) {
      if (order < before.order) this.#found.set(expression.text, { ...before, order });
      return;
    }
    const decision = expression.condition(this.#shift)(true, false);
    if (typeof decision !== "boolean") this.#found.set(expression.text, { expression, decision, order });
  }

  /** Returns the candidates for a decision, for packets of which facts are known. */
  of(decision: Decision, facts: Facts): Candidate[] {
    const branches = testsOf(decision);
    const known = protocolsKnown(facts, this.#model, this.#shift);
    const networks = new Set<number>(known.network === undefined ? [] : [known.network]);
    const transports = new Set<number>(known.transport === undefined ? [] : [known.transport]);
    for (const { test } of branches) this.#protocols(test, networks, transports);
    for (const branch of branches) this.#addresses(branch);
    const ports = PORT_PROTOCOLS.filter((each) => transports.has(each));
    this.#ports(branches, ports.length > 0 ? ports : PORT_PROTOCOLS);
    for (const { test } of branches) this.#comparisons(test, networks, transports, known);
    return [...this.#found.values()];
  }

  #offset(load: Load): number {
    return load.offset - this.#model.network(this.#shift);
  }

  /** Protocols of the network layer and of what follows it. */
  #protocols(test: Test, networks: Set<number>, transports: Set<number>): void {
    if (test.kind !== "equal") return;
    const { term, constant } = test;
    const { layout, terms } = this.#model;
    if (term === layout.etherType?.(terms, this.#shift)) {
      const name = etherTypePrimitive(constant);
      networks.add(constant);
      if (name !== undefined) this.#add(name, test, (shift) => this.#model.linkType(constant, shift));
    }
    if (term.kind !== "load" || term.index) return;
    const offset = this.#offset(term);
    if (!layout.etherType && offset === 0 && test.mask === 0xf0)
      for (const [type, version] of [
        [ETH_P_IP, 4],
        [ETH_P_IPV6, 6],
      ] as const)
        if (constant === version << 4) {
          networks.add(type);
          this.#add(networkKeywords[type] as string, test, (shift) => this.#model.linkType(type, shift));
        }
    if (term.size !== 1) return;
    const isIp = offset === ipv4.protocol;
    const isIp6 = offset === ipv6.nextHeader || offset === IPV6_SIZE + fragment.nextHeader;
    if (!isIp && !isIp6) return;
    if (isIp || constant === protocol.IPPROTO_ICMPV6 || PORT_PROTOCOLS.includes(constant))
      transports.add(constant);
    const [keyword, over] = protocolKeywords[constant] ?? [undefined, "both"];
    const name = keyword === undefined || over !== "both" ? `proto ${constant}` : keyword;
    this.#add(name, test, (shift) => this.#model.protocol(constant, shift));
    const ipName = over === "ip" ? (keyword as string) : `ip proto ${constant}`;
    if (isIp) this.#add(ipName, test, (shift) => this.#model.ipProtocol(constant, shift));
    const ip6Name = over === "ip6" ? (keyword as string) : `ip6 proto ${constant}`;
    if (isIp6) this.#add(ip6Name, test, (shift) => this.#model.ip6Protocol(constant, shift));
  }

  #addresses(branch: Branch): void {
    const { test } = branch;
    if (test.kind !== "equal" && test.kind !== "greater") return;
    const { term } = test;
    if (term.kind !== "load" || term.index) return;
    const offset = this.#offset(term);
    const model = this.#model;
    if (term.size === 1 && test.kind === "greater" && offset === ipv4.destination)
      this.#add("ip multicast", test, (shift) => model.ipMulticast(shift));
    if (term.size === 1 && test.kind === "equal" && offset === ipv6.destination)
      this.#add("ip6 multicast", test, (shift) => model.ip6Multicast(shift));
    if (test.kind !== "equal") return;
    if (model.layout.isEthernet && this.#shift === 0) {
      if (term.size === 1 && term.offset === ethernet.destination && test.mask === GROUP_BIT)
        this.#add("ether multicast", test, () => model.etherMulticast());
      for (const [direction, start] of [
        ["dst", ethernet.destination],
        ["src", ethernet.source],
      ] as const)
        if (term.size === 4 && term.offset === start + 2 && test.mask === ALL_BITS)
          for (const first of this.#following(branch, 2, start))
            this.#macs(first, test.constant, direction, test);
    }
    if (term.size !== 4) return;
    const arpSource = ARP_HEADER_SIZE + 6;
    for (const [direction, source] of [
      ["src", offset === ipv4.source],
      ["dst", offset === ipv4.destination],
      ["src", offset === arpSource],
      ["dst", offset === arpSource + 10],
    ] as const)
      if (source) this.#hosts(test.constant, test.mask, direction, test);
    for (const [direction, start] of [
      ["src", ipv6.source],
      ["dst", ipv6.destination],
    ] as const)
      if (offset === start) this.#hosts6(branch, start, direction);
  }

  /** Returns the constants with which later tests on the way of successful ones compare a load. */
  #following(branch: Branch, size: number, offset: number): number[] {
    const found: number[] = [];
    let at: Decision = branch.then;
    for (let steps = 0; typeof at !== "boolean" && steps < 64; steps++) {
      const { test }: Branch = at;
      const isLoad = test.kind === "equal" && test.term.kind === "load" && !test.term.index;
      const isHere = isLoad && test.term.offset === offset && test.term.size === size;
      if (isHere) found.push(test.constant);
      at = isHere ? at.otherwise : at.then;
    }
    return found;
  }

  #macs(first: number, last: number, direction: AddressRole, test: Test): void {
    const bytes = new Uint8Array(8);
    writeBe32(bytes, 0, first);
    writeBe32(bytes, 4, last);
    const mac = formatHardwareAddress(bytes.subarray(2));
    const model = this.#model;
    if (direction === "dst" && mac === BROADCAST)
      this.#add("ether broadcast", test, () => model.etherHost(first, last, direction));
    this.#add(`ether ${direction} ${mac}`, test, () => model.etherHost(first, last, direction));
    this.#add(`ether host ${mac}`, test, () => model.etherHost(first, last, "any"));
  }

  #hosts(address: number, mask: number, direction: AddressRole, test: Test): void {
    const prefix = prefixLength(mask);
    if (prefix === undefined) return;
    const bytes = [24, 16, 8, 0].map((by) => (address >>> by) & 0xff).join(".");
    const isHost = prefix === 32;
    const name = isHost ? `host ${bytes}` : `net ${bytes}/${prefix}`;
    const model = this.#model;
    for (const way of [direction, "any", "both"] as const) {
      const words = way === "any" ? "" : way === "both" ? "src and dst " : `${way} `;
      const each = (protocols: readonly number[]) => (shift: number) =>
        model.host(address, mask, way, protocols, shift);
      this.#add(`${words}${name}`, test, each(HOST_PROTOCOLS));
      for (const type of HOST_PROTOCOLS)
        this.#add(`${networkKeywords[type]} ${words}${name}`, test, each([type]));
    }
  }

  #hosts6(branch: Branch, start: number, direction: AddressRole): void {
    const model = this.#model;
    const base = model.network(this.#shift) + start;
    const words: number[] = [];
    const masks: number[] = [];
    let at: Decision = branch;
    while (typeof at !== "boolean" && words.length < 4) {
      const { test }: Branch = at;
      if (
        test.kind === "equal" &&
        test.term.kind === "load" &&
        test.term.offset === base + 4 * words.length
      ) {
        words.push(test.constant);
        masks.push(test.mask);
      } else if (test.kind === "equal") break;
      at = at.then;
    }
    const bits = masks.map(prefixLength);
    const last = bits.findIndex((length) => length !== 32);
    if (last >= 0 && (bits[last] === undefined || last !== bits.length - 1)) return;
    const prefix = bits.reduce<number>((sum, length) => sum + (length ?? 0), 0);
    const bytes = new Uint8Array(16);
    for (const [index, word] of words.entries()) writeBe32(bytes, 4 * index, word);
    const all = [0, 1, 2, 3].map((index) => words[index] ?? 0);
    const allMasks = [0, 1, 2, 3].map((index) => masks[index] ?? 0);
    const address = ipv6AddressAt(bytes, 0);
    const name = prefix === 128 ? `host ${address}` : `net ${address}/${prefix}`;
    for (const way of [direction, "any", "both"] as const) {
      const text = way === "any" ? "" : way === "both" ? "src and dst " : `${way} `;
      this.#add(`${text}${name}`, branch.test, (shift) => model.host6(all, allMasks, way, shift));
    }
  }

  #ports(branches: readonly Branch[], protocols: readonly number[]): void {
    const length = this.#model.ipHeaderLength(this.#shift);
    for (const { test, then } of branches) {
      if (test.kind !== "equal" && test.kind !== "greater") continue;
      const { term, constant } = test;
      const direction = this.#portOf(term, length);
      if (!direction) continue;
      if (test.kind === "equal") {
        if (test.mask === 0xffff) this.#port(constant, constant, direction, protocols, test);
        continue;
      }
      let at = then;
      while (typeof at !== "boolean" && at.otherwise === false) at = at.then;
      const upper =
        typeof at !== "boolean" && at.test.kind === "greater" && at.test.term === term ? at.test : undefined;
      if (upper) this.#port(constant + 1, upper.constant, direction, protocols, test);
    }
  }

  /** Reports whether a term is the source or the destination port behind IPv4's or IPv6's header. */
  #portOf(term: Term, length: Term): "src" | "dst" | undefined {
    if (term.kind !== "load" || term.size !== 2) return undefined;
    if (term.index !== undefined && term.index !== length) return undefined;
    const offset = this.#offset(term) - (term.index ? 0 : IPV6_SIZE);
    return offset === ports.sourcePort ? "src" : offset === ports.destinationPort ? "dst" : undefined;
  }

  #port(low: number, high: number, direction: AddressRole, protocols: readonly number[], test: Test): void {
    const name = low === high ? `port ${low}` : `portrange ${low}-${high}`;
    const model = this.#model;
    for (const way of [direction, "any", "both"] as const) {
      const words = way === "any" ? "" : way === "both" ? "src and dst " : `${way} `;
      if (protocols.length !== 2)
        this.#add(`${words}${name}`, test, (shift) => model.port(low, high, way, PORT_PROTOCOLS, shift));
      if (protocols.length < 3 || this.#found.size < 100)
        for (const each of protocols)
          this.#add(`${PORT_KEYWORDS[each]} ${words}${name}`, test, (shift) =>
            model.port(low, high, way, [each], shift),
          );
    }
  }

  /** Comparisons of fields that have no primitive of their own. */
  #comparisons(test: Test, networks: Set<number>, transports: Set<number>, known: Protocols): void {
    const { layout, terms } = this.#model;
    if (test.kind === "within") return;
    const { term } = test;
    if (term.kind === "captured") return;
    if (term === layout.packetType?.(terms) || term === layout.interfaceIndex?.(terms)) {
      this.#compare(test, {});
      return;
    }
    if (term === layout.etherType?.(terms, this.#shift)) return;
    if (this.#portOf(term, this.#model.ipHeaderLength(this.#shift))) return;
    const contexts: Protocols[] = [known, {}];
    for (const network of networks)
      if (networkKeywords[network] !== undefined) {
        contexts.push({ network });
        if (network === ETH_P_IP)
          for (const transport of transports)
            if (TRANSPORTS.includes(transport)) contexts.push({ network, transport });
        if (network === ETH_P_IPV6 && transports.has(protocol.IPPROTO_ICMPV6))
          contexts.push({ network, transport: protocol.IPPROTO_ICMPV6 });
      }
    for (const context of contexts) this.#compare(test, context);
  }

  #compare(test: Test, protocols: Protocols): void {
    for (const negated of [false, true]) {
      const primitive = comparisonOf({ test, negated }, this.#model, protocols, this.#shift);
      if (primitive) this.#addPrimitive(primitive, test);
    }
  }
}

/** Returns the number of leading ones in a mask, or undefined if others follow. */
function prefixLength(mask: number): number | undefined {
  const length = Math.clz32(~mask);
  return (length > 0 && ((mask << length) | 0) === 0) || length === 32 ? length : undefined;
}

/** Returns the opposite of a candidate. */
export function oppositeOf({ expression, order }: Candidate): Candidate {
  const opposite = negate(expression);
  return { expression: opposite, decision: decisionOf(opposite), order };
}
