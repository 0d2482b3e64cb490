import { unwritable } from "./bytes.js";
import { MAC_SIZE } from "./hardware-address.js";
import { writeBe16 } from "./network-order.js";

/**
 * Writes a hardware address of any length, such as `02:fc:00:00:00:01`. Writes nothing for an empty string.
 * @returns the offset after it
 * @throws PromiscError `usage` if `text` isn't a hardware address
 */
export function writeHardwareAddress(text: string, into: Uint8Array, offset: number): number {
  if (text === "") return offset;
  let at = offset;
  for (const octet of text.split(":")) {
    if (!/^[0-9a-f]{1,2}$/i.test(octet)) throw unwritable("hardware address", `not one: ${text}`);
    into[at++] = Number.parseInt(octet, 16);
  }
  return at;
}

/** Reports whether a text is an Ethernet address in the usual form, `02:fc:00:00:00:01`, in upper or lower case. */
export function isMac(text: string): boolean {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text);
}

/** Returns the number of bytes that {@link writeHardwareAddress} writes. */
export function hardwareAddressSize(text: string): number {
  return text === "" ? 0 : text.split(":").length;
}

/**
 * Writes a hardware address of exactly six bytes, as on Ethernet.
 * @throws PromiscError `usage` if `text` isn't one
 */
export function writeMac(text: string, into: Uint8Array, offset: number): void {
  if (hardwareAddressSize(text) !== MAC_SIZE) throw unwritable("hardware address", `not six octets: ${text}`);
  writeHardwareAddress(text, into, offset);
}

/**
 * Writes the four bytes of an IPv4 address in dotted decimal.
 * @throws PromiscError `usage` if `text` isn't one
 */
export function writeIpv4Address(text: string, into: Uint8Array, offset: number): void {
  const octets = parseIpv4(text);
  if (octets === undefined) throw unwritable("IPv4 address", `not one: ${text}`);
  into.set(octets, offset);
}

/**
 * Writes the sixteen bytes of an IPv6 address in any form of RFC 4291, 2.2.
 * @throws PromiscError `usage` if `text` isn't one
 */
export function writeIpv6Address(text: string, into: Uint8Array, offset: number): void {
  const words = parseIpv6(text);
  if (words === undefined) throw unwritable("IPv6 address", `not one: ${text}`);
  words.forEach((word, index) => {
    writeBe16(into, offset + 2 * index, word);
  });
}

function parseIpv4(text: string): number[] | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || octets.some((each) => !/^(0|[1-9]\d{0,2})$/.test(each) || Number(each) > 255))
    return undefined;
  return octets.map(Number);
}

function parseIpv6(text: string): number[] | undefined {
  const [before = "", after, more] = text.split("::");
  const first = parseWords(before, after === undefined);
  const last = parseWords(after ?? "", true);
  if (first === undefined || last === undefined || more !== undefined) return undefined;
  const missing = 8 - first.length - last.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...first, ...new Array<number>(missing).fill(0), ...last];
}

/**
 * Parses 16-bit words that are separated by colons.
 * @param ends whether the address ends with these words: only then may it end in an IPv4 address
 */
function parseWords(text: string, ends: boolean): number[] | undefined {
  if (text === "") return [];
  const words: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const [a, b, c, d] = (ends && index === parts.length - 1 && parseIpv4(part)) || [];
    if (a !== undefined && b !== undefined && c !== undefined && d !== undefined)
      words.push((a << 8) | b, (c << 8) | d);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) words.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return words;
}
