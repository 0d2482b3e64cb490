import type { Context } from "./context.js";
import { u16 } from "./field.js";
import { EOL, LSRR, NOP, SSRR } from "./network/ip-options.js";

/** The sum of 16-bit words, RFC 1071, not yet folded; an odd byte at the end counts as if a zero followed. */
export function sumWords(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at + 1 < end; at += 2) sum += u16(bytes, at);
  if (at < end) sum += (bytes[at] as number) << 8;
  return sum;
}

/** What is left over of a sum that includes its checksum: 0 if that is right. */
export function checksumRest(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return ~rest & 0xffff;
}

/** What a checksum should have been, by what is left over. */
export function rightChecksum(found: number, rest: number): number {
  let sum = found + rest;
  sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** The sum of the pseudo-header, RFC 793 and RFC 8200 (section 8.1), of the IP header that the context is in. */
export function pseudoHeader(
  { bytes, ipStart, ipVersion, destination }: Context,
  protocol: number,
  length: number,
): number {
  const addresses =
    ipVersion === 4
      ? sumWords(bytes, ipStart + 12, ipStart + 16) + ipv4Destination(bytes, ipStart)
      : sumWords(bytes, ipStart + 8, ipStart + 24) + sumWords(bytes, destination, destination + 16);
  return addresses + protocol + (length & 0xffff) + Math.floor(length / 0x10000);
}

/** The sum of the address to which an IPv4 packet goes in the end, which a source route may have (RFC 791, section 3.1). */
function ipv4Destination(bytes: Uint8Array, ipStart: number): number {
  const end = ipStart + ((bytes[ipStart] as number) & 0xf) * 4;
  for (let at = ipStart + 20; at + 2 < end && bytes[at] !== EOL; ) {
    const kind = bytes[at];
    const length = kind === NOP ? 1 : (bytes[at + 1] as number);
    if (length < 1 || at + length > end) break;
    const isRoute = (kind === LSRR || kind === SSRR) && length >= 7;
    // The pointer counts from 1; a route that has been followed to its end is behind it.
    if (isRoute && (bytes[at + 2] as number) <= length) return sumWords(bytes, at + length - 4, at + length);
    at += length;
  }
  return sumWords(bytes, ipStart + 16, ipStart + 20);
}
