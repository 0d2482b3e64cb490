import { readBe32 } from "../../../wire/network-order.js";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../../wire/packet/link/ether-type.js";
import * as ethernet from "../../../wire/packet/link/ethernet.js";
import * as arp from "../../../wire/packet/network/arp.js";
import * as icmp from "../../../wire/packet/network/icmp.js";
import * as icmp6 from "../../../wire/packet/network/icmp6/icmp6-header.js";
import * as discovery from "../../../wire/packet/network/icmp6/neighbour-discovery.js";
import * as ipv4 from "../../../wire/packet/network/ipv4.js";
import * as ipv6 from "../../../wire/packet/network/ipv6.js";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "../../../wire/packet/network/protocol-number.js";
import { EVERYONE, QUOTED_TOKEN, token } from "../probe/frame.js";
import { kindNumber, NO_PROBE, type ProbeKind, type ProbeNumber } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import { NO_ROW, type Row } from "./host-table.js";

const SOURCE_MAC = ethernet.field.source;
const ARP = kindNumber("arp");
const ND = kindNumber("nd");

/** The scanner's own addresses as bytes. */
export interface ReplyAddress {
  readonly mac: Uint8Array;
  /** All zeros if there is no address. */
  readonly ipv4: Uint8Array;
}

/**
 * Reads answers in place, and matches each with the probe that it answers: by address, hardware address, and round, and
 * also by the scan's token if it has one. Frames that aren't answers, or are malformed or forged, have no effect.
 */
export class Replies {
  readonly #exchange: Exchange;
  readonly #own: ReplyAddress;
  readonly #scan: Uint8Array;
  /** Whether hosts are still being discovered, so that new ones are added. */
  isDiscovering = true;
  /** Whether to add machines that answer the probe to all nodes but weren't asked for. */
  readonly #takesStrangers: boolean;

  constructor(exchange: Exchange, own: ReplyAddress, scan: Uint8Array, takesStrangers: boolean) {
    this.#exchange = exchange;
    this.#own = own;
    this.#scan = scan;
    this.#takesStrangers = takesStrangers;
  }

  /**
   * Processes a captured frame.
   * @param now milliseconds, by the clock of the exchange
   */
  take(bytes: Uint8Array, start: number, length: number, now: number): void {
    const end = start + length;
    if (length < ethernet.ETHERNET_SIZE + arp.ETHER_ARP_SIZE || !this.#isForUs(bytes, start)) return;
    const network = start + ethernet.ETHERNET_SIZE;
    switch (ethernet.etherType(bytes, start)) {
      case ETH_P_ARP:
        this.#takeArp(bytes, start, network, now);
        break;
      case ETH_P_IP:
        this.#takeIcmp(bytes, start, network, end, now);
        break;
      case ETH_P_IPV6:
        this.#takeIcmp6(bytes, start, network, end, now);
        break;
    }
  }

  #isForUs(bytes: Uint8Array, start: number): boolean {
    return same(bytes, start + ethernet.field.destination, this.#own.mac, 0, 6);
  }

  #takeArp(bytes: Uint8Array, start: number, at: number, now: number): void {
    if (!arp.isEtherArp(bytes, at) || arp.operation(bytes, at) !== arp.ARP_REPLY) return;
    if (!same(bytes, arp.targetProtocolAt(bytes, at), this.#own.ipv4, 0, 4)) return;
    const { hosts } = this.#exchange;
    const senderAt = at + arp.field.senderHardwareAddress;
    const row = hosts.byIpv4(bytes, arp.senderProtocolAt(bytes, at), senderAt);
    if (row === NO_ROW) return;
    const probe = this.#exchange.awaited(ARP, row);
    // The sender of the frame must be the sender that the message names.
    const isGenuine = same(bytes, start + SOURCE_MAC, bytes, senderAt, 6);
    this.#book(probe, row, bytes, start + SOURCE_MAC, isGenuine, now);
  }

  #takeIcmp(bytes: Uint8Array, start: number, at: number, end: number, now: number): void {
    const message = at + ipv4.ipv4HeaderLength(bytes, at);
    if (ipv4.protocol(bytes, at) !== IPPROTO_ICMP || message - at < ipv4.IPV4_SIZE) return;
    const tokenAt = message + icmp.field.data;
    if (tokenAt + token.size > end || icmp.type(bytes, message) !== icmp.ICMP_ECHO_REPLY) return;
    const { hosts } = this.#exchange;
    const row = this.#rowOfToken(bytes, tokenAt);
    if (row === NO_ROW || !same(bytes, at + ipv4.field.source, hosts.ipv4, row * 4, 4)) return;
    this.#book(this.#probeOfToken(bytes, tokenAt, "icmp"), row, bytes, start + SOURCE_MAC, true, now);
  }

  #takeIcmp6(bytes: Uint8Array, start: number, at: number, end: number, now: number): void {
    const message = at + ipv6.IPV6_SIZE;
    const targetAt = message + discovery.field.target;
    if (targetAt + 16 > end || ipv6.nextHeader(bytes, at) !== IPPROTO_ICMPV6) return;
    const dataAt = message + icmp6.field.data;
    switch (icmp6.type(bytes, message)) {
      case icmp6.ICMP6_ECHO_REPLY:
        this.#takeToken(bytes, start, at, dataAt, end, now, "icmp6");
        break;
      case icmp6.ICMP6_PARAM_PROB:
        this.#takeToken(bytes, start, at, dataAt + QUOTED_TOKEN, end, now, "option");
        break;
      case icmp6.ND_NEIGHBOR_ADVERT: {
        const row = this.#exchange.hosts.byIpv6(bytes, targetAt);
        if (row !== NO_ROW)
          this.#book(this.#exchange.awaited(ND, row), row, bytes, start + SOURCE_MAC, true, now);
      }
    }
  }

  /** @param kind the kind of a probe to one host; probes to all nodes have another kind */
  #takeToken(
    bytes: Uint8Array,
    start: number,
    network: number,
    tokenAt: number,
    end: number,
    now: number,
    kind: "icmp6" | "option",
  ): void {
    if (tokenAt + token.size > end || !same(bytes, tokenAt + token.scan, this.#scan, 0, 8)) return;
    const { hosts } = this.#exchange;
    if (readBe32(bytes, tokenAt + token.host) === EVERYONE) {
      const probe = this.#probeOfToken(bytes, tokenAt, kind === "icmp6" ? "icmp6-all" : "option-all");
      const row = this.#rowOfNode(bytes, start + SOURCE_MAC, network + ipv6.field.source);
      if (row !== NO_ROW) this.#book(probe, row, bytes, start + SOURCE_MAC, true, now);
      return;
    }
    const row = this.#rowOfToken(bytes, tokenAt);
    if (row === NO_ROW || !same(bytes, network + ipv6.field.source, hosts.ipv6, row * 16, 16)) return;
    this.#book(this.#probeOfToken(bytes, tokenAt, kind), row, bytes, start + SOURCE_MAC, true, now);
  }

  /**
   * Returns the row of a machine that answered the probe to all nodes, after recording its address, or adding it if it
   * is new.
   */
  #rowOfNode(bytes: Uint8Array, macAt: number, addressAt: number): Row {
    const { hosts } = this.#exchange;
    let row = hosts.byMac(bytes, macAt);
    if (row === NO_ROW && this.isDiscovering && this.#takesStrangers) {
      row = hosts.add();
      if (row !== NO_ROW) hosts.setMac(row, bytes, macAt);
    }
    if (row !== NO_ROW && hosts.hasIpv6[row] === 0) hosts.setIpv6(row, bytes, addressAt);
    return row;
  }

  #rowOfToken(bytes: Uint8Array, at: number): Row {
    if (!same(bytes, at + token.scan, this.#scan, 0, 8)) return NO_ROW;
    const row = readBe32(bytes, at + token.host);
    return row < this.#exchange.hosts.count ? (row as Row) : NO_ROW;
  }

  /** Returns the probe that a token names if it is of this kind, and {@link NO_PROBE} otherwise. */
  #probeOfToken(bytes: Uint8Array, at: number, kind: ProbeKind): ProbeNumber {
    const probe = this.#exchange.probes[bytes[at + token.probe] as number];
    return probe !== undefined && this.#exchange.probe(probe).kind === kind ? probe : NO_PROBE;
  }

  #book(
    probe: ProbeNumber,
    row: Row,
    bytes: Uint8Array,
    macAt: number,
    isGenuine: boolean,
    now: number,
  ): void {
    const { hosts } = this.#exchange;
    // During discovery, an answer that is late for one round is valid in the next.
    if (isGenuine && hosts.hasMac[row] === 0 && this.isDiscovering) hosts.setMac(row, bytes, macAt);
    if (probe === NO_PROBE) {
      this.#noteClaim(row, bytes, macAt);
      return;
    }
    if (isGenuine && hosts.isMac(row, bytes, macAt)) this.#exchange.answer(probe, row, now);
    else {
      this.#exchange.answerByAnother(probe, row);
      this.#noteClaim(row, bytes, macAt);
    }
  }

  #noteClaim(row: Row, bytes: Uint8Array, macAt: number): void {
    const { hosts } = this.#exchange;
    if (hosts.hasMac[row] === 0 || hosts.isMac(row, bytes, macAt)) return;
    hosts.isContested[row] = 1;
    if (hosts.hasIpv4[row] === 1) hosts.addClaimant(row, bytes, macAt);
  }
}

function same(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (a[aAt + at] !== b[bAt + at]) return false;
  return true;
}
