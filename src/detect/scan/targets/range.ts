import ipaddr from "ipaddr.js";
import { type PromiscError, usageError } from "../../../errors.js";

/** A range of consecutive addresses, as numbers. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Whether the address was named individually. It is then reported even if nobody answers. */
  readonly isNamed: boolean;
  /** The text as given. */
  readonly text: string;
  /** The interface given with a link-local address: `fe80::1%eth0`. */
  readonly zone: string | undefined;
}

/**
 * Parses a target as users of nmap write it: `192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-50`, `192.0.2.1-192.0.2.50`, and
 * the same for IPv6.
 * @throws PromiscError `usage` for anything else
 */
export function parseTarget(text: string): AddressRange {
  const [address = "", zone] = text.split("%", 2);
  const range = parse(address, text);
  if (range.last < range.first) throw notOne(text, "it ends before it begins");
  return { ...range, text, zone };
}

function parse(text: string, whole: string): Omit<AddressRange, "text" | "zone"> {
  if (text.includes("/")) return parseBlock(text, whole);
  const dash = text.indexOf("-");
  if (dash < 0) {
    const { family, value } = parseAddress(text, whole);
    return { family, first: value, last: value, isNamed: true };
  }
  const { family, value: first } = parseAddress(text.slice(0, dash), whole);
  const end = text.slice(dash + 1);
  if (/^\d{1,3}$/.test(end) && family === 4) {
    if (Number(end) > 255) throw notOne(whole, `${end} is more than 255`);
    return { family, first, last: (first & ~0xffn) | BigInt(end), isNamed: false };
  }
  const last = parseAddress(end, whole);
  if (last.family !== family) throw notOne(whole, "its ends are of two families");
  return { family, first, last: last.value, isNamed: false };
}

function parseBlock(text: string, whole: string): Omit<AddressRange, "text" | "zone"> {
  const [base = "", length = ""] = text.split("/", 2);
  const { family, value } = parseAddress(base, whole);
  const bits = family === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits)
    throw notOne(whole, `/${length} is no prefix length`);
  return { ...block(family, value, Number(length)), isNamed: Number(length) === bits };
}

/**
 * Returns the addresses of a network that hosts may have. For IPv4, the network address and the broadcast address are
 * left out.
 */
export function block(
  family: 4 | 6,
  address: bigint,
  prefixLength: number,
): Pick<AddressRange, "family" | "first" | "last"> {
  const bits = family === 4 ? 32 : 128;
  const size = 1n << BigInt(bits - prefixLength);
  const first = (address / size) * size;
  const last = first + size - 1n;
  const hasBroadcast = family === 4 && prefixLength < 31;
  return hasBroadcast ? { family, first: first + 1n, last: last - 1n } : { family, first, last };
}

function parseAddress(text: string, whole: string): { family: 4 | 6; value: bigint } {
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(text);
  if (!isIpv4 && !ipaddr.IPv6.isValid(text)) throw notOne(whole, "it is neither an IPv4 nor an IPv6 address");
  const bytes = ipaddr.parse(text).toByteArray();
  return { family: isIpv4 ? 4 : 6, value: toNumber(bytes) };
}

export function toNumber(bytes: Iterable<number>): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return value;
}

/**
 * Converts an address to bytes.
 * @param size 4 or 16
 */
export function toBytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--, rest /= 256n) bytes[at] = Number(rest % 256n);
  return bytes;
}

export function sizeOf({ first, last }: Pick<AddressRange, "first" | "last">): bigint {
  return last - first + 1n;
}

function notOne(text: string, reason: string): PromiscError {
  return usageError(
    `scan ${JSON.stringify(text)}`,
    reason,
    "targets are addresses (192.0.2.7), blocks (192.0.2.0/24) or ranges (192.0.2.1-50), and no host names",
  );
}
