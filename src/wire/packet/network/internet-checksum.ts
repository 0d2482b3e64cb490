import { IPV4_ADDRESS_SIZE, IPV6_ADDRESS_SIZE } from "../../inet-address.js";
import * as ipv4 from "./ipv4.js";
import * as ipv6 from "./ipv6.js";

/**
 * The one's complement sum of the 16-bit words from `start` to `end` (RFC 1071), unfolded; an odd byte at the end counts
 * as the high half of a word. Exact for up to 2³⁷ words, so it may be carried from one range to the next.
 * @param initial the sum of what was before, which must have had an even number of bytes
 */
export function checksumSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = 0;
  let at = start;
  // Below 2³¹ for the 2¹⁵ words of the longest IP packet, so that it stays a small integer.
  for (const last = end - 1; at < last; at += 2) {
    sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }
  if (at < end) sum += (bytes[at] as number) << 8;
  return initial + sum;
}

/** The Internet checksum of a sum by {@link checksumSum}: 16 bits. */
export function checksumOfSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}

/** The Internet checksum of the bytes from `start` to `end`; 0 over bytes that hold their right checksum. */
export function internetChecksum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  return checksumOfSum(checksumSum(bytes, start, end, initial));
}

/**
 * What a checksum should be.
 * @param found what it is
 * @param rest the Internet checksum of the bytes with it, by {@link internetChecksum}
 */
export function rightChecksum(found: number, rest: number): number {
  const sum = found + rest;
  return (sum & 0xffff) + (sum >>> 16);
}

/**
 * The sum of the pseudo-header that TCP and UDP put before an IPv4 payload (RFC 9293, 3.1; RFC 768), whose destination is
 * where the packet goes in the end.
 * @param header where the IPv4 header is, all of which must be there
 * @param protocol the protocol number of the payload
 * @param length that of the payload, in bytes
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
 * The same for IPv6 (RFC 8200, 8.1), for TCP, UDP and ICMPv6.
 * @param destination where the address is to which the packet goes in the end, which a routing header may have
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
