import { IPV4_ADDRESS_SIZE, IPV6_ADDRESS_SIZE } from "../../inet-address.js";
import * as ipv4 from "./ipv4.js";
import * as ipv6 from "./ipv6.js";

/**
 * Computes the sum of the 16-bit words from `start` to `end` (RFC 1071), without folding carries. An odd byte at the
 * end counts as the upper half of a word. The sum is exact for up to 2³⁷ words, so that sums of several ranges can be
 * added up.
 * @param initial the sum of preceding bytes, whose number must be even
 */
export function checksumSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = 0;
  let at = start;
  // The sum is below 2³¹ for the 2¹⁵ words of the longest IP packet, so engines keep it as a small integer.
  for (const last = end - 1; at < last; at += 2) {
    sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }
  if (at < end) sum += (bytes[at] as number) << 8;
  return initial + sum;
}

/** Computes the 16-bit Internet checksum from a sum that {@link checksumSum} returned. */
export function checksumOfSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}

/**
 * Computes the Internet checksum of the bytes from `start` to `end` (RFC 1071). The result is 0 if they include their
 * correct checksum.
 * @param initial the sum of preceding bytes, such as that of a pseudo-header
 */
export function internetChecksum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  return checksumOfSum(checksumSum(bytes, start, end, initial));
}

/**
 * Returns what a checksum should have been.
 * @param found the checksum in the packet
 * @param rest the result of {@link internetChecksum} over bytes that include `found`
 */
export function rightChecksum(found: number, rest: number): number {
  const sum = found + rest;
  return (sum & 0xffff) + (sum >>> 16);
}

/**
 * Computes the sum of the pseudo-header for TCP and UDP over IPv4 (RFC 9293, 3.1; RFC 768). The destination in it is
 * the final one, which may be in a source route.
 * @param header offset of the IPv4 header, which must lie within `bytes` completely
 * @param protocol protocol number of the payload
 * @param length length of the payload in bytes
 */
export function pseudoHeaderSum4(
  bytes: Uint8Array,
  header: number,
  protocol: number,
  length: number,
): number {
  const source = header + ipv4.field.source;
  const destination = ipv4.finalDestination(bytes, header);
  let sum = protocol + (length >>> 16) + (length & 0xffff);
  sum = checksumSum(bytes, source, source + IPV4_ADDRESS_SIZE, sum);
  return checksumSum(bytes, destination, destination + IPV4_ADDRESS_SIZE, sum);
}

/**
 * Computes the sum of the pseudo-header for TCP, UDP and ICMPv6 over IPv6 (RFC 8200, 8.1).
 * @param header offset of the IPv6 header
 * @param protocol protocol number of the payload
 * @param length length of the payload in bytes
 * @param destination offset of the final destination address, which may be in a routing header
 */
export function pseudoHeaderSum6(
  bytes: Uint8Array,
  header: number,
  protocol: number,
  length: number,
  destination = header + ipv6.field.destination,
): number {
  const source = header + ipv6.field.source;
  let sum = protocol + (length >>> 16) + (length & 0xffff);
  sum = checksumSum(bytes, source, source + IPV6_ADDRESS_SIZE, sum);
  return checksumSum(bytes, destination, destination + IPV6_ADDRESS_SIZE, sum);
}
