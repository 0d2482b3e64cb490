import { BPF_DIV, BPF_MOD } from "../kernel/bpf/classic.js";
import { PACKET_OUTGOING } from "../kernel/socket-address.js";
import {
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_QINQ1,
  ETH_P_RARP,
} from "../packet/link/ether-type.js";
import { ETHERNET_SIZE, field as ethernet } from "../packet/link/ethernet.js";
import { GROUP_BIT } from "../packet/link/ethernet-address.js";
import { VLAN_VID_MASK, field as vlan } from "../packet/link/vlan.js";
import { ARP_HEADER_SIZE } from "../packet/network/arp.js";
import { IP_OFFMASK, IPVERSION, field as ipv4 } from "../packet/network/ipv4.js";
import { IPV6_SIZE, IPV6_VERSION, field as ipv6 } from "../packet/network/ipv6.js";
import { field as fragment } from "../packet/network/ipv6-fragment.js";
import {
  IPPROTO_FRAGMENT,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../packet/network/protocol-number.js";
import { field as ports } from "../packet/transport/udp.js";
import type { Decision, Decisions, Literal } from "./decision.js";
import { all, any, type Condition, opposite } from "./expression.js";
import type { LinkLayout } from "./link-layout.js";
import { ALL_BITS, type Term, type Terms } from "./term.js";

/** Which of a packet's two addresses or ports a primitive is about. */
export type AddressRole = "src" | "dst" | "any" | "both";

/** The transport protocols of `port`, in the order in which libpcap tests them. */
export const PORT_PROTOCOLS: readonly number[] = [IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP];

/** Sizes of the addresses in an ARP packet of Ethernet and IPv4, as libpcap assumes them. */
const arpField = {
  senderProtocol: ARP_HEADER_SIZE + 6,
  targetProtocol: ARP_HEADER_SIZE + 6 + 4 + 6,
};

const NEVER: Condition = (_then, otherwise) => otherwise;

/**
 * What libpcap's programs do for the primitives of its language. The methods correspond to the functions of libpcap's
 * gencode.c. Each takes the number of bytes by which tags move the contents of packets.
 */
export class Model {
  readonly terms: Terms;
  readonly decisions: Decisions;
  readonly layout: LinkLayout;

  constructor(terms: Terms, decisions: Decisions, layout: LinkLayout) {
    this.terms = terms;
    this.decisions = decisions;
    this.layout = layout;
  }

  /** Returns the condition that all loads in a term lie within the packet and that nothing is divided by 0. */
  needs(term: Term): Condition {
    const conditions: Condition[] = [];
    const visit = (at: Term): void => {
      if (at.kind === "load") {
        if (at.index) visit(at.index);
        conditions.push(this.#orReject(this.decisions.within(at)));
      } else if (at.kind === "operation") {
        visit(at.left);
        visit(at.right);
        if (divides(at)) conditions.push(this.#orReject(this.decisions.equal(at.right, ALL_BITS, 0), true));
      }
    };
    visit(term);
    return all(conditions);
  }

  #orReject(literal: Literal | boolean, negated = false): Condition {
    return (then) =>
      negated ? this.decisions.choose(literal, false, then) : this.decisions.choose(literal, then, false);
  }

  literal(literal: Literal | boolean): Condition {
    return (then, otherwise) => this.decisions.choose(literal, then, otherwise);
  }

  /** Returns the condition of a literal, which includes that of what it loads. */
  relation(literal: Literal): Condition {
    const { test } = literal;
    // Such a test is written as a comparison that is true if it can be made at all.
    if (test.kind === "within" || test.term.kind === "captured") {
      const needs = test.kind === "within" ? this.needs(test.term) : this.#orReject({ test, negated: false });
      return all([needs, this.literal(!literal.negated)]);
    }
    const needs = [this.needs(test.term), ...(test.kind === "exceeds" ? [this.needs(test.other)] : [])];
    return all([...needs, this.literal(literal)]);
  }

  /** Returns the condition `(term & mask) == constant`. */
  equals(term: Term, constant: number, mask = ALL_BITS): Condition {
    return all([this.needs(term), this.literal(this.decisions.equal(term, mask, constant))]);
  }

  #greater(term: Term, constant: number): Condition {
    return all([this.needs(term), this.literal(this.decisions.greater(term, constant))]);
  }

  network(shift: number): number {
    return this.layout.network + shift;
  }

  /** gen_linktype. `protocol` isn't one of those that libpcap treats in another way (see `isPlainEtherType`). */
  linkType(protocol: number, shift: number): Condition {
    const term = this.layout.etherType?.(this.terms, shift);
    if (term) return this.equals(term, protocol);
    const version = protocol === ETH_P_IP ? IPVERSION : protocol === ETH_P_IPV6 ? IPV6_VERSION : undefined;
    if (version === undefined) return NEVER;
    return this.equals(this.terms.load(1, this.network(shift)), version << 4, 0xf0);
  }

  /** `ip proto` */
  ipProtocol(protocol: number, shift: number): Condition {
    return all([this.linkType(ETH_P_IP, shift), this.#protocolByte(protocol, shift)]);
  }

  #protocolByte(protocol: number, shift: number): Condition {
    return this.equals(this.terms.load(1, this.network(shift) + ipv4.protocol), protocol);
  }

  #nextHeader(protocol: number, shift: number): Condition {
    return this.equals(this.terms.load(1, this.network(shift) + ipv6.nextHeader), protocol);
  }

  /** `ip6 proto`, which also looks behind a fragment header. */
  ip6Protocol(protocol: number, shift: number): Condition {
    const behind = this.terms.load(1, this.network(shift) + IPV6_SIZE + fragment.nextHeader);
    return all([
      this.linkType(ETH_P_IPV6, shift),
      any([
        this.#nextHeader(protocol, shift),
        all([this.#nextHeader(IPPROTO_FRAGMENT, shift), this.equals(behind, protocol)]),
      ]),
    ]);
  }

  /** A protocol right behind IPv6's header. */
  ip6Direct(protocol: number, shift: number): Condition {
    return all([this.linkType(ETH_P_IPV6, shift), this.#nextHeader(protocol, shift)]);
  }

  /** `proto` */
  protocol(protocol: number, shift: number): Condition {
    return any([this.ipProtocol(protocol, shift), this.ip6Protocol(protocol, shift)]);
  }

  /** gen_ipfrag: a packet that isn't a fragment, or is the first one. */
  firstFragment(shift: number): Condition {
    return this.equals(this.terms.load(2, this.network(shift) + ipv4.fragment), 0, IP_OFFMASK);
  }

  ipHeaderLength(shift: number): Term {
    return this.terms.headerLength(this.network(shift) + ipv4.versionLength);
  }

  /** Loads from the header that follows that of IPv4. */
  #behindIpv4(offset: number, shift: number): Term {
    return this.terms.load(2, this.network(shift) + offset, this.ipHeaderLength(shift));
  }

  /** `port` and `portrange`: the ports are those from `low` to `high`. */
  port(
    low: number,
    high: number,
    direction: AddressRole,
    protocols: readonly number[],
    shift: number,
  ): Condition {
    const inRange = (term: Term): Condition =>
      low === high
        ? this.equals(term, low)
        : all([
            low === 0 ? this.needs(term) : this.#greater(term, low - 1),
            opposite(this.#greater(term, high)),
          ]);
    const either = (load: (offset: number) => Term): Condition =>
      toward(direction, inRange(load(ports.sourcePort)), inRange(load(ports.destinationPort)));
    const ip6Port = either((offset) => this.terms.load(2, this.network(shift) + IPV6_SIZE + offset));
    const ipPort = either((offset) => this.#behindIpv4(offset, shift));
    return any([
      all([
        this.linkType(ETH_P_IPV6, shift),
        any(protocols.map((protocol) => all([this.#nextHeader(protocol, shift), ip6Port]))),
      ]),
      all([
        this.linkType(ETH_P_IP, shift),
        any(
          protocols.map((protocol) =>
            all([this.#protocolByte(protocol, shift), this.firstFragment(shift), ipPort]),
          ),
        ),
      ]),
    ]);
  }

  /** `host` and `net` with an IPv4 address, for the protocols whose addresses the primitive is about. */
  host(
    address: number,
    mask: number,
    direction: AddressRole,
    etherTypes: readonly number[],
    shift: number,
  ): Condition {
    return any(
      etherTypes.map((etherType) => {
        const isArp = etherType !== ETH_P_IP;
        const word = (offset: number): Condition =>
          all([
            this.linkType(etherType, shift),
            this.equals(this.terms.load(4, this.network(shift) + offset), address, mask),
          ]);
        return toward(
          direction,
          word(isArp ? arpField.senderProtocol : ipv4.source),
          word(isArp ? arpField.targetProtocol : ipv4.destination),
        );
      }),
    );
  }

  /** `host` and `net` with an IPv6 address, whose four words are given. */
  host6(
    words: readonly number[],
    masks: readonly number[],
    direction: AddressRole,
    shift: number,
  ): Condition {
    const address = (offset: number): Condition =>
      all([
        this.linkType(ETH_P_IPV6, shift),
        ...words.map((word, index) =>
          this.equals(this.terms.load(4, this.network(shift) + offset + 4 * index), word, masks[index]),
        ),
      ]);
    return toward(direction, address(ipv6.source), address(ipv6.destination));
  }

  /** `ether host`. libpcap compares the last four bytes of an address first. */
  etherHost(first: number, last: number, direction: AddressRole): Condition {
    const address = (offset: number): Condition =>
      all([
        this.equals(this.terms.load(4, offset + 2), last),
        this.equals(this.terms.load(2, offset), first),
      ]);
    return toward(direction, address(ethernet.source), address(ethernet.destination));
  }

  etherMulticast(): Condition {
    return opposite(this.equals(this.terms.load(1, ethernet.destination), 0, GROUP_BIT));
  }

  ipMulticast(shift: number): Condition {
    const first = this.terms.load(1, this.network(shift) + ipv4.destination);
    return all([this.linkType(ETH_P_IP, shift), this.#greater(first, 223)]);
  }

  ip6Multicast(shift: number): Condition {
    const first = this.terms.load(1, this.network(shift) + ipv6.destination);
    return all([this.linkType(ETH_P_IPV6, shift), this.equals(first, 0xff)]);
  }

  /** `vlan` where the tag is in the packet. It moves what follows by the tag's size. */
  vlan(id: number | undefined, shift: number): Condition {
    const tagged = any([ETH_P_8021Q, ETH_P_8021AD, ETH_P_QINQ1].map((type) => this.linkType(type, shift)));
    if (id === undefined) return tagged;
    const control = this.terms.load(2, ETHERNET_SIZE + shift + vlan.control);
    return all([tagged, this.equals(control, id, VLAN_VID_MASK)]);
  }

  /** `outbound`; `inbound` is its opposite. */
  outbound(packetType: Term): Condition {
    return this.equals(packetType, PACKET_OUTGOING);
  }

  /** Returns what a condition decides if it is all that matters. */
  decide(condition: Condition): Decision {
    return condition(true, false);
  }
}

/** The protocols of `host` and `net` without a protocol, in libpcap's order. */
export const HOST_PROTOCOLS: readonly number[] = [ETH_P_IP, ETH_P_ARP, ETH_P_RARP];

/** The transport protocols of ports by their keywords. */
export const PORT_KEYWORDS: Readonly<Record<number, string>> = {
  [IPPROTO_TCP]: "tcp",
  [IPPROTO_UDP]: "udp",
  [IPPROTO_SCTP]: "sctp",
};

function toward(direction: AddressRole, source: Condition, destination: Condition): Condition {
  switch (direction) {
    case "src":
      return source;
    case "dst":
      return destination;
    case "any":
      return any([source, destination]);
    case "both":
      return all([source, destination]);
  }
}

function divides(term: Term): boolean {
  return (
    term.kind === "operation" &&
    term.right.kind !== "constant" &&
    (term.operation === BPF_DIV || term.operation === BPF_MOD)
  );
}
