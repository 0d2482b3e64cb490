import { need } from "../../bytes.js";
import { readBe32, writeBe32 } from "../../network-order.js";

/** Size of the header of LINKTYPE_NULL and LINKTYPE_LOOP (https://www.tcpdump.org/linktypes.html). */
export const BSD_LOOPBACK_SIZE = 4;

/** Offset in bytes from the header's start. */
export const field = { family: 0 } as const;

/** `AF_INET`, which has the same number everywhere. */
export const FAMILY_INET = 2;
/** `AF_INET6` of Linux; of NetBSD, OpenBSD and BSD/OS; of FreeBSD; of Darwin. */
export const FAMILY_INET6_LINUX = 10;
export const FAMILY_INET6_BSD = 24;
export const FAMILY_INET6_FREEBSD = 28;
export const FAMILY_INET6_DARWIN = 30;

/** The only thing that a BSD loopback interface says of a packet. */
export interface BsdLoopback {
  /** `AF_*` of the machine that captured it: 2 is IPv4; 10, 24, 28 and 30 are IPv6. */
  readonly family: number;
}

/** The family of LINKTYPE_LOOP, in network byte order. */
export function familyOfLoop(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.family);
}

/**
 * The family of either kind. LINKTYPE_NULL has it in the byte order of the machine that captured it, which nothing says;
 * but a family is a small number, so the order in which it is small is right.
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
 * Writes the family in network byte order, as LINKTYPE_LOOP has it.
 * @returns the offset after it
 */
export function writeBsdLoopback(value: BsdLoopback, into: Uint8Array, at = 0): number {
  writeBe32(into, at + field.family, value.family);
  return at + BSD_LOOPBACK_SIZE;
}
