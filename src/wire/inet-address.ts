import { readBe16 } from "./network-order.js";

/** The length of an address in bytes. */
export const IPV4_ADDRESS_SIZE = 4;
export const IPV6_ADDRESS_SIZE = 16;

/** Formats an IPv4 or IPv6 address as inet_ntop(3) does. Returns null unless it has 4 or 16 bytes. */
export function formatInetAddress(bytes: Uint8Array): string | null {
  if (bytes.length === IPV4_ADDRESS_SIZE) return ipv4AddressAt(bytes, 0);
  if (bytes.length === IPV6_ADDRESS_SIZE) return formatIpv6(bytes);
  return null;
}

/** Formats the four bytes at `at` as an IPv4 address in dotted decimal. */
export function ipv4AddressAt(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Formats the sixteen bytes at `at` as an IPv6 address, as inet_ntop(3) does. */
export function ipv6AddressAt(bytes: Uint8Array, at: number): string {
  return formatIpv6(bytes.subarray(at, at + IPV6_ADDRESS_SIZE));
}

function formatIpv6(bytes: Uint8Array): string {
  const zeros = longestZeroRun(bytes);
  // RFC 4291, 2.2: the first of the longest runs of at least two zero words becomes "::".
  if (zeros.length < 2) return formatWords(bytes, 0, 8);
  // IPv4-compatible and IPv4-mapped addresses end in dotted decimal.
  const mapped = zeros.length === 5 && word(bytes, 5) === 0xffff;
  if (zeros.start === 0 && (zeros.length === 6 || mapped))
    return `::${mapped ? "ffff:" : ""}${ipv4AddressAt(bytes, 12)}`;
  return `${formatWords(bytes, 0, zeros.start)}::${formatWords(bytes, zeros.start + zeros.length, 8)}`;
}

function word(bytes: Uint8Array, index: number): number {
  return readBe16(bytes, 2 * index);
}

function formatWords(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += (at === start ? "" : ":") + word(bytes, at).toString(16);
  return text;
}

function longestZeroRun(bytes: Uint8Array): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let at = 0; at < 8; at++) {
    const start = at;
    while (at < 8 && word(bytes, at) === 0) at++;
    if (at - start > best.length) best = { start, length: at - start };
  }
  return best;
}
