import type { Context } from "./context.js";
import { u16 } from "./field.js";

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
  { bytes, ipStart, ipVersion }: Context,
  protocol: number,
  length: number,
): number {
  const addresses = ipVersion === 4 ? ipStart + 12 : ipStart + 8;
  const size = ipVersion === 4 ? 8 : 32;
  return (
    sumWords(bytes, addresses, addresses + size) + protocol + (length & 0xffff) + Math.floor(length / 0x10000)
  );
}
