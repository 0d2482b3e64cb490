import { writeBe16 } from "../../network-order.js";
import * as tcp from "../transport/tcp.js";
import * as udp from "../transport/udp.js";
import * as icmp from "./icmp.js";
import * as icmp6 from "./icmp6/icmp6-header.js";
import { internetChecksum, pseudoHeaderSum4, pseudoHeaderSum6 } from "./internet-checksum.js";
import * as ipv4 from "./ipv4.js";
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "./protocol-number.js";

/** Computes and writes the checksum of the IPv4 header at `at`. */
export function fillIpv4Checksum(bytes: Uint8Array, at: number): void {
  fill(bytes, at, at + ipv4.ipv4HeaderLength(bytes, at), at + ipv4.field.checksum, 0);
}

/** Computes and writes the checksum of the ICMP or IGMP message from `at` to `end`. Both have it at the same offset. */
export function fillIcmpChecksum(bytes: Uint8Array, at: number, end: number): void {
  fill(bytes, at, end, at + icmp.field.checksum, 0);
}

/** By protocol number: the offset of the checksum in protocols whose checksum includes a pseudo-header. */
const places: Readonly<Record<number, number>> = {
  [IPPROTO_TCP]: tcp.field.checksum,
  [IPPROTO_UDP]: udp.field.checksum,
  [IPPROTO_ICMPV6]: icmp6.field.checksum,
};

/**
 * Computes and writes the checksum of a TCP segment, UDP datagram or ICMPv6 message from `at` to `end`.
 * @param header offset of the IPv4 or IPv6 header, whose addresses are part of the checksum
 */
export function fillTransportChecksum(
  bytes: Uint8Array,
  header: number,
  at: number,
  end: number,
  protocolNumber: number,
): void {
  const place = places[protocolNumber];
  if (place === undefined) return;
  const pseudoHeaderSum =
    ipv4.version(bytes, header) === ipv4.IPVERSION ? pseudoHeaderSum4 : pseudoHeaderSum6;
  const checksum = fill(bytes, at, end, at + place, pseudoHeaderSum(bytes, header, protocolNumber, end - at));
  // In UDP, 0 means that there is no checksum. A computed 0 is sent as 0xffff, which is equivalent (RFC 768).
  if (checksum === 0 && protocolNumber === IPPROTO_UDP) writeBe16(bytes, at + place, 0xffff);
}

function fill(bytes: Uint8Array, start: number, end: number, place: number, initial: number): number {
  writeBe16(bytes, place, 0);
  const checksum = internetChecksum(bytes, start, end, initial);
  writeBe16(bytes, place, checksum);
  return checksum;
}
