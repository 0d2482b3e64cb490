import * as bpf from "../kernel/bpf/classic.js";
import { PACKET_OUTGOING } from "../kernel/socket-address.js";
import {
  ETH_P_802_3_MIN,
  ETH_P_AARP,
  ETH_P_ARP,
  ETH_P_ATALK,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_IPX,
  ETH_P_RARP,
} from "../packet/link/ether-type.js";
import * as icmp from "../packet/network/icmp.js";
import * as icmp6 from "../packet/network/icmp6/icmp6-header.js";
import { IPV6_SIZE } from "../packet/network/ipv6.js";
import * as protocol from "../packet/network/protocol-number.js";
import * as tcp from "../packet/transport/tcp.js";
import type { Literal } from "./decision.js";
import { all, type Condition, type Primitive } from "./expression.js";
import { type Facts, skip } from "./facts.js";
import type { Model } from "./model.js";
import { bitsOf, type Load, partsOfSum, type Term } from "./term.js";

/** The transport protocols whose header libpcap's language can read, with IPv4. */
const transports: Readonly<Record<number, string>> = {
  [protocol.IPPROTO_ICMP]: "icmp",
  [protocol.IPPROTO_IGMP]: "igmp",
  [protocol.IPPROTO_TCP]: "tcp",
  [protocol.IPPROTO_IGRP]: "igrp",
  [protocol.IPPROTO_UDP]: "udp",
  [protocol.IPPROTO_PIM]: "pim",
  [protocol.IPPROTO_VRRP]: "vrrp",
  [protocol.IPPROTO_SCTP]: "sctp",
};

/** The keywords of network layers, whose headers libpcap's language can read. */
export const networkKeywords: Readonly<Record<number, string>> = {
  [ETH_P_IP]: "ip",
  [ETH_P_IPV6]: "ip6",
  [ETH_P_ARP]: "arp",
  [ETH_P_RARP]: "rarp",
};

/** Protocols that libpcap also recognizes in frames of another format, so that they aren't only numbers. */
const otherEtherTypes: ReadonlySet<number> = new Set([ETH_P_ATALK, ETH_P_AARP, ETH_P_IPX]);

/** Returns the primitive that tests a packet's protocol, or undefined if there is none that tests only the number. */
export function etherTypePrimitive(etherType: number): string | undefined {
  if (networkKeywords[etherType] !== undefined) return networkKeywords[etherType];
  if (etherType < ETH_P_802_3_MIN || otherEtherTypes.has(etherType)) return undefined;
  return `ether proto ${hexadecimal(etherType)}`;
}

/** The protocols of a packet, as far as they are known where part of it is read. */
export interface Protocols {
  /** The network layer's protocol. */
  readonly network?: number | undefined;
  /** The protocol behind IPv4's header in a first fragment, or behind IPv6's header. */
  readonly transport?: number | undefined;
}

/** Numbers of the transport protocols whose fields can be read. */
export const TRANSPORTS: readonly number[] = Object.keys(transports).map(Number);

/** Returns the condition that libpcap puts before each access to a protocol's header. */
function prefixOf({ network, transport }: Protocols, model: Model, shift: number): Condition {
  if (network === undefined) return (then) => then;
  const isNetwork = model.linkType(network, shift);
  if (transport === undefined) return isNetwork;
  if (network === ETH_P_IPV6) return model.ip6Direct(transport, shift);
  return all([isNetwork, model.protocol(transport, shift), model.firstFragment(shift)]);
}

/** Returns the protocols that facts about a packet imply. */
export function protocolsKnown(facts: Facts, model: Model, shift: number): Protocols {
  const holds = (protocols: Protocols) =>
    skip(prefixOf(protocols, model, shift)(true, false), facts) === true;
  const network = [ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_RARP].find((type) => holds({ network: type }));
  if (network === ETH_P_IPV6 && holds({ network, transport: protocol.IPPROTO_ICMPV6 }))
    return { network, transport: protocol.IPPROTO_ICMPV6 };
  if (network !== ETH_P_IP) return { network };
  return { network, transport: TRANSPORTS.find((transport) => holds({ network, transport })) };
}

/** A way to write a load: `tcp[…]` with its part in the brackets. */
interface Access {
  readonly name: string;
  readonly index: Term | undefined;
  readonly offset: number;
  /** The protocols that the way implies. */
  readonly protocols: Protocols;
}

/** Writes terms and the tests of them in libpcap's language. */
class Writer {
  readonly #model: Model;
  readonly #protocols: Protocols;
  readonly shift: number;
  /** The prefixes of all accesses that were written. */
  readonly prefixes = new Map<string, Condition>();

  constructor(model: Model, protocols: Protocols, shift: number) {
    this.#model = model;
    this.#protocols = protocols;
    this.shift = shift;
  }

  /** Returns undefined if the language has no way to load this. */
  #access(load: Load): Access | undefined {
    const { network, transport } = this.#protocols;
    const start = this.#model.network(this.shift);
    const { index, offset } = load;
    if (network === ETH_P_IP && transport !== undefined && index && offset >= start) {
      const length = this.#model.ipHeaderLength(this.shift);
      const parts = partsOfSum(index);
      if (parts.includes(length)) {
        const rest = parts.filter((part) => part !== length);
        const name = transports[transport] as string;
        const inner = rest.length === 0 ? undefined : this.#model.terms.sum(rest);
        return { name, index: inner, offset: offset - start, protocols: { network, transport } };
      }
    }
    if (network === ETH_P_IPV6 && transport === protocol.IPPROTO_ICMPV6 && offset >= start + IPV6_SIZE)
      return { name: "icmp6", index, offset: offset - start - IPV6_SIZE, protocols: { network, transport } };
    if (network !== undefined && offset >= start)
      return {
        name: networkKeywords[network] as string,
        index,
        offset: offset - start,
        protocols: { network },
      };
    if (!this.#model.layout.hasHeader) return undefined;
    return { name: this.#model.layout.isEthernet ? "ether" : "link", index, offset, protocols: {} };
  }

  load(load: Load): string | undefined {
    const access = this.#access(load);
    if (!access) return undefined;
    const { name, index, offset, protocols } = access;
    if (offset >= 0x8000_0000) return undefined;
    const key = `${protocols.network} ${protocols.transport}`;
    this.prefixes.set(key, prefixOf(protocols, this.#model, this.shift));
    const size = load.size === 1 ? "" : `:${load.size}`;
    if (!index) return `${name}[${fieldName(name, offset, load.size) ?? offset}${size}]`;
    const inner = this.operand(index);
    if (inner === undefined) return undefined;
    return `${name}[${offset === 0 ? unwrap(inner) : `${inner} + ${offset}`}${size}]`;
  }

  /** Writes a term so that it can be an operand of any operation. */
  operand(term: Term): string | undefined {
    switch (term.kind) {
      case "constant":
        return String(term.constant);
      case "length":
        return "len";
      case "captured":
      case "ancillary":
        return undefined;
      case "load":
        return this.load(term);
      case "operation": {
        const left = this.operand(term.left);
        const right =
          term.right.kind === "constant" && isBitwise(term.operation)
            ? hexadecimal(term.right.constant)
            : this.operand(term.right);
        const isMinus =
          term.operation === bpf.BPF_ADD && term.right.kind === "constant" && term.right.constant >>> 31;
        if (left === undefined || right === undefined) return undefined;
        if (isMinus) return `(${left} - ${-((term.right as { constant: number }).constant | 0) >>> 0})`;
        return `(${left} ${operators[term.operation]} ${right})`;
      }
    }
  }
}

const operators: Readonly<Record<number, string>> = {
  [bpf.BPF_ADD]: "+",
  [bpf.BPF_SUB]: "-",
  [bpf.BPF_MUL]: "*",
  [bpf.BPF_DIV]: "/",
  [bpf.BPF_MOD]: "%",
  [bpf.BPF_AND]: "&",
  [bpf.BPF_OR]: "|",
  [bpf.BPF_XOR]: "^",
  [bpf.BPF_LSH]: "<<",
  [bpf.BPF_RSH]: ">>",
};

function isBitwise(operation: number): boolean {
  return operation === bpf.BPF_AND || operation === bpf.BPF_OR || operation === bpf.BPF_XOR;
}

function unwrap(text: string): string {
  return text.startsWith("(") && closes(text) === text.length - 1 ? text.slice(1, -1) : text;
}

/** Returns where the parenthesis at the beginning of a text is closed. */
function closes(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

function hexadecimal(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** The names of fields in libpcap's language (pcap-filter(7)). */
function fieldName(name: string, offset: number, size: number): string | undefined {
  if (size !== 1) return undefined;
  if (name === "tcp" && offset === tcp.field.offsetFlags + 1) return "tcpflags";
  if (name === "icmp")
    return offset === icmp.field.type ? "icmptype" : offset === icmp.field.code ? "icmpcode" : undefined;
  if (name === "icmp6")
    return offset === icmp6.field.type ? "icmp6type" : offset === icmp6.field.code ? "icmp6code" : undefined;
  return undefined;
}

const flagNames: readonly (readonly [bit: number, name: string])[] = [
  [tcp.TH_SYN, "tcp-syn"],
  [tcp.TH_ACK, "tcp-ack"],
  [tcp.TH_FIN, "tcp-fin"],
  [tcp.TH_RST, "tcp-rst"],
  [tcp.TH_PUSH, "tcp-push"],
  [tcp.TH_URG, "tcp-urg"],
  [tcp.TH_ECE, "tcp-ece"],
  [tcp.TH_CWR, "tcp-cwr"],
];

const icmpNames: Readonly<Record<number, string>> = {
  [icmp.ICMP_ECHO_REPLY]: "icmp-echoreply",
  [icmp.ICMP_DESTINATION_UNREACHABLE]: "icmp-unreach",
  [icmp.ICMP_SOURCE_QUENCH]: "icmp-sourcequench",
  [icmp.ICMP_REDIRECT]: "icmp-redirect",
  [icmp.ICMP_ECHO]: "icmp-echo",
  [icmp.ICMP_ROUTER_ADVERTISEMENT]: "icmp-routeradvert",
  [icmp.ICMP_ROUTER_SOLICITATION]: "icmp-routersolicit",
  [icmp.ICMP_TIME_EXCEEDED]: "icmp-timxceed",
  [icmp.ICMP_PARAMETER_PROBLEM]: "icmp-paramprob",
  [icmp.ICMP_TIMESTAMP]: "icmp-tstamp",
  [icmp.ICMP_TIMESTAMP_REPLY]: "icmp-tstampreply",
  [icmp.ICMP_INFORMATION_REQUEST]: "icmp-ireq",
  [icmp.ICMP_INFORMATION_REPLY]: "icmp-ireqreply",
  [icmp.ICMP_ADDRESS_MASK_REQUEST]: "icmp-maskreq",
  [icmp.ICMP_ADDRESS_MASK_REPLY]: "icmp-maskreply",
};

const icmp6Names: Readonly<Record<number, string>> = {
  [icmp6.ICMP6_DST_UNREACH]: "icmp6-destinationunreach",
  [icmp6.ICMP6_PACKET_TOO_BIG]: "icmp6-packettoobig",
  [icmp6.ICMP6_TIME_EXCEEDED]: "icmp6-timeexceeded",
  [icmp6.ICMP6_PARAM_PROB]: "icmp6-parameterproblem",
  [icmp6.ICMP6_ECHO_REQUEST]: "icmp6-echo",
  [icmp6.ICMP6_ECHO_REPLY]: "icmp6-echoreply",
  [icmp6.ND_ROUTER_SOLICIT]: "icmp6-routersolicit",
  [icmp6.ND_ROUTER_ADVERT]: "icmp6-routeradvert",
  [icmp6.ND_NEIGHBOR_SOLICIT]: "icmp6-neighborsolicit",
  [icmp6.ND_NEIGHBOR_ADVERT]: "icmp6-neighboradvert",
  [icmp6.ND_REDIRECT]: "icmp6-redirect",
};

/** Writes a number that is compared with the text of a term. */
function number(term: Term, text: string, value: number, isMask: boolean): string {
  if (text.startsWith("tcp[tcpflags]")) {
    const set = flagNames.filter(([bit]) => value & bit).map(([, name]) => name);
    if (set.length > 1) return `(${set.join("|")})`;
    if (set.length === 1) return set[0] as string;
  }
  if (!isMask && text === "icmp[icmptype]") return icmpNames[value] ?? String(value);
  if (!isMask && text === "icmp6[icmp6type]") return icmp6Names[value] ?? String(value);
  return isMask || (value > 0xff && term.most > 0xff && term.kind === "load")
    ? hexadecimal(value)
    : String(value);
}

/**
 * Writes a test as a comparison in libpcap's language. Returns undefined if it can't be written.
 * @param protocols the protocols whose headers the comparison may name
 */
export function comparisonOf(
  literal: Literal,
  model: Model,
  protocols: Protocols,
  shift: number,
): Primitive | undefined {
  const writer = new Writer(model, protocols, shift);
  const text = write(literal, writer, model);
  if (text === undefined) return undefined;
  const prefixes = [...writer.prefixes.values()];
  return {
    kind: "primitive",
    text,
    // What the text means depends on the tags before it, and so does the test, which is that of this place alone.
    condition: (at) =>
      at === shift ? all([...prefixes, model.relation(literal)]) : (_then, _otherwise) => false,
  };
}

function write({ test, negated }: Literal, writer: Writer, model: Model): string | undefined {
  switch (test.kind) {
    case "within": {
      const load = writer.load(test.term);
      return load && `${load} ${negated ? "<" : ">="} 0`;
    }
    case "greater": {
      if (test.term.kind === "captured") {
        const load = writer.load({ kind: "load", size: 1, index: undefined, offset: test.constant });
        return load && `${load} ${negated ? "<" : ">="} 0`;
      }
      const text = writer.operand(test.term);
      return text && `${unwrap(text)} ${negated ? "<=" : ">"} ${test.constant}`;
    }
    case "exceeds": {
      const text = writer.operand(test.term);
      const other = writer.operand(test.other);
      return text && other && `${unwrap(text)} ${negated ? "<=" : ">"} ${unwrap(other)}`;
    }
    case "equal": {
      const { term, mask, constant } = test;
      const isEtherType = term === model.layout.etherType?.(model.terms, writer.shift) && mask >= 0xffff;
      const name = isEtherType ? etherTypePrimitive(constant) : undefined;
      if (name !== undefined) return `${negated ? "not " : ""}${name}`;
      if (term.kind === "ancillary") return ancillary(term, mask, constant, negated, model);
      const whole = mask === bitsOf(term.most);
      if (whole && constant === 0 && term.kind === "operation" && term.operation === bpf.BPF_SUB) {
        const left = writer.operand(term.left);
        const right = writer.operand(term.right);
        return left && right && `${unwrap(left)} ${negated ? "!=" : "="} ${unwrap(right)}`;
      }
      const text = writer.operand(term);
      if (text === undefined) return undefined;
      const equals = negated ? "!=" : "=";
      if (whole) return `${unwrap(text)} ${equals} ${number(term, text, constant, false)}`;
      // A single bit is compared with 0.
      return `${text} & ${number(term, text, mask, true)} ${equals} ${number(term, text, constant, constant > 9)}`;
    }
  }
}

function ancillary(
  term: Term,
  mask: number,
  constant: number,
  negated: boolean,
  model: Model,
): string | undefined {
  if (mask !== bitsOf(term.most)) return undefined;
  const { packetType, interfaceIndex } = model.layout;
  if (term === packetType?.(model.terms) && constant === PACKET_OUTGOING)
    return negated ? "inbound" : "outbound";
  if (term === interfaceIndex?.(model.terms)) return `${negated ? "not " : ""}ifindex ${constant}`;
  return undefined;
}
