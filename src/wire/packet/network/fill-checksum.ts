import { writeBe16 } from "../../network-order.js";
import { TCP_CHECKSUM } from "../transport/tcp.js";
import { UDP_CHECKSUM } from "../transport/udp.js";
import { ICMP_CHECKSUM } from "./icmp.js";
import { checksumOfSum, checksumSum, pseudoHeaderSum4, pseudoHeaderSum6 } from "./internet-checksum.js";
import { IPV4_CHECKSUM, ipv4HeaderLength } from "./ipv4.js";
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "./protocol-number.js";

/** Writes the checksum of the IPv4 header at `at`. */
export function fillIpv4Checksum(bytes: Uint8Array, at: number): void {
  fill(bytes, at, at + ipv4HeaderLength(bytes, at), at + IPV4_CHECKSUM, 0);
}

/** Writes the checksum of the ICMP or IGMP message from `at` to `end`. */
export function fillIcmpChecksum(bytes: Uint8Array, at: number, end: number): void {
  fill(bytes, at, end, at + ICMP_CHECKSUM, 0);
}

/** Where the checksum is in what has one over the pseudo-header, by protocol number. */
const places: Readonly<Record<number, number>> = {
  [IPPROTO_TCP]: TCP_CHECKSUM,
  [IPPROTO_UDP]: UDP_CHECKSUM,
  [IPPROTO_ICMPV6]: ICMP_CHECKSUM,
};

/**
 * Writes the checksum of a TCP segment, a UDP datagram or an ICMPv6 message from `at` to `end`.
 * @param header where its IPv4 or IPv6 header is, whose addresses are in the checksum
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
  const pseudoHeaderSum = (bytes[header] as number) >>> 4 === 4 ? pseudoHeaderSum4 : pseudoHeaderSum6;
  const checksum = fill(bytes, at, end, at + place, pseudoHeaderSum(bytes, header, protocolNumber, end - at));
  // Zero would say that there is none (RFC 768); all ones is the same number.
  if (checksum === 0 && protocolNumber === IPPROTO_UDP) writeBe16(bytes, at + place, 0xffff);
}

function fill(bytes: Uint8Array, start: number, end: number, place: number, initial: number): number {
  writeBe16(bytes, place, 0);
  const checksum = checksumOfSum(checksumSum(bytes, start, end, initial));
  writeBe16(bytes, place, checksum);
  return checksum;
}
