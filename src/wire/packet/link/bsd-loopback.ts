import { need } from "../../bytes.js";
import { readBe32, writeBe32 } from "../../network-order.js";

/** Size of the header of LINKTYPE_NULL and LINKTYPE_LOOP (https://www.tcpdump.org/linktypes.html) in bytes. */
export const BSD_LOOPBACK_SIZE = 4;

/** Offset from the header's start, in bytes. */
export const field = { family: 0 } as const;

/** `AF_INET`, which is the same on all systems. */
export const FAMILY_INET = 2;
/** `AF_INET6` on Linux; on NetBSD, OpenBSD and BSD/OS; on FreeBSD; on Darwin. */
export const FAMILY_INET6_LINUX = 10;
export const FAMILY_INET6_BSD = 24;
export const FAMILY_INET6_FREEBSD = 28;
export const FAMILY_INET6_DARWIN = 30;

/** The header that BSD loopback interfaces put before a packet. */
export interface BsdLoopback {
  /** `AF_*` of the capturing host: 2 is IPv4; 10, 24, 28 and 30 are IPv6. */
  readonly family: number;
}

/** Returns the address family of a LINKTYPE_LOOP header, which is in network byte order. */
export function familyOfLoop(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.family);
}

/**
 * Returns the address family of either kind of header. In LINKTYPE_NULL, it is in the byte order of the capturing host,
 * which isn't recorded. But address families are small numbers, so the order that results in a small number is right.
 */
export function family(bytes: Uint8Array, at: number): number {
  const value = familyOfLoop(bytes, at);
  const swapped =
    ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
  return value > 0xffff ? swapped >>> 0 : value;
}

/** Reads a header of either kind. */
export function readBsdLoopback(bytes: Uint8Array, at = 0, end = bytes.length): BsdLoopback {
  need("BSD loopback", at, BSD_LOOPBACK_SIZE, end);
  return { family: family(bytes, at) };
}

/**
 * Writes a header with the address family in network byte order, as for LINKTYPE_LOOP.
 * @returns the offset after it
 */
export function writeBsdLoopback(value: BsdLoopback, into: Uint8Array, at = 0): number {
  writeBe32(into, at + field.family, value.family);
  return at + BSD_LOOPBACK_SIZE;
}
