import { PromiscError, usageError } from "../errors.js";

/** Whether this host is little-endian. Structures of netlink and ioctl(2) are in host byte order. */
export const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Returns the error for bytes that don't follow their format.
 * @param path the format and field at fault, such as "RTM_NEWLINK IFLA_MTU"
 */
export function malformed(path: string, reason: string): PromiscError {
  return new PromiscError({ code: "malformed", operation: `decode ${path}`, reason });
}

/** The error for bytes that end too early. If they were truncated, the original bytes may have been well-formed. */
export class TooShort extends PromiscError {}

/**
 * Checks that `length` bytes from `offset` on lie before `end`.
 * @throws TooShort if they don't
 */
export function need(path: string, offset: number, length: number, end: number): void {
  if (offset + length <= end) return;
  const reason = `${Math.max(0, end - offset)} bytes, needs ${length}`;
  throw new TooShort({ code: "malformed", operation: `decode ${path}`, reason });
}

/**
 * Returns the error for a value that doesn't fit into its format.
 * @param path the format and field that can't be written, such as "TCP options"
 */
export function unwritable(path: string, reason: string): PromiscError {
  return usageError(`encode ${path}`, reason);
}

// The functions below require offsets that were checked with `need`. They assemble bytes instead of using a DataView,
// because each message would need a view of its own.

export function readU16(bytes: Uint8Array, offset: number): number {
  const a = bytes[offset] as number;
  const b = bytes[offset + 1] as number;
  return hostIsLittleEndian ? a | (b << 8) : (a << 8) | b;
}

export function readS32(bytes: Uint8Array, offset: number): number {
  const a = readU16(bytes, offset);
  const b = readU16(bytes, offset + 2);
  return hostIsLittleEndian ? a | (b << 16) : (a << 16) | b;
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return readS32(bytes, offset) >>> 0;
}

export function readU64(bytes: Uint8Array, offset: number): bigint {
  const a = BigInt(readU32(bytes, offset));
  const b = BigInt(readU32(bytes, offset + 4));
  return hostIsLittleEndian ? a | (b << 32n) : (a << 32n) | b;
}

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  const low = value & 0xff;
  const high = (value >>> 8) & 0xff;
  bytes[offset] = hostIsLittleEndian ? low : high;
  bytes[offset + 1] = hostIsLittleEndian ? high : low;
}

export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  const low = value & 0xffff;
  const high = value >>> 16;
  writeU16(bytes, offset, hostIsLittleEndian ? low : high);
  writeU16(bytes, offset + 2, hostIsLittleEndian ? high : low);
}

export function writeU64(bytes: Uint8Array, offset: number, value: bigint): void {
  const low = Number(value & 0xffff_ffffn);
  const high = Number((value >> 32n) & 0xffff_ffffn);
  writeU32(bytes, offset, hostIsLittleEndian ? low : high);
  writeU32(bytes, offset + 4, hostIsLittleEndian ? high : low);
}

/**
 * Bytes from 0x80 to 0xff that aren't part of UTF-8 are mapped to U+DC80 to U+DCFF, so that every byte string survives
 * a round trip.
 */
const ESCAPE = 0xdc00;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

/**
 * Decodes a string from the kernel. Interface names are byte strings: the kernel accepts every byte except `/`, `:` and
 * white space. In a string that isn't valid UTF-8, each byte above 0x7f becomes a lone surrogate, as in Python's PEP
 * 383.
 */
export function decodeString(bytes: Uint8Array, start: number, end: number): string {
  let ascii = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return decodeNonAscii(bytes.subarray(start, end));
    ascii += String.fromCharCode(byte);
  }
  return ascii;
}

/** Decodes a string from the kernel that ends at a NUL, or at `end`. */
export function decodeUntilNul(bytes: Uint8Array, start: number, end: number): string {
  const nul = bytes.indexOf(0, start);
  return decodeString(bytes, start, nul < 0 ? end : Math.min(nul, end));
}

function decodeNonAscii(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : ESCAPE + byte)).join("");
  }
}

/**
 * Returns the bytes of a string that the kernel gave, for example of an interface's name, without a terminating NUL. Such a
 * name need not be UTF-8: bytes that aren't stand in the string as lone surrogates, U+DC80 to U+DCFF.
 */
export function encodeString(text: string): Uint8Array {
  // With the u flag, this matches lone surrogates only, not the second half of a pair.
  if (!/[\udc80-\udcff]/u.test(text)) return utf8.encode(text);
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
