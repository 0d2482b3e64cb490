import { need } from "../../bytes.js";
import { readBe32, writeBe32 } from "../../network-order.js";

/** Size of the header of LINKTYPE_NULL and LINKTYPE_LOOP (https://www.tcpdump.org/linktypes.html). */
export const BSD_LOOPBACK_SIZE = 4;

/** The only thing that a BSD loopback interface says of a packet. */
export interface BsdLoopback {
  /** `AF_*` of the machine that captured it: 2 is IPv4; 10, 24, 28 and 30 are IPv6. */
  readonly family: number;
}

/**
 * Reads a header of either kind. LINKTYPE_NULL has the family in the byte order of the machine that captured it, which
 * nothing tells; but a family is a small number, so the order in which it is small is right.
 */
export function readBsdLoopback(bytes: Uint8Array, at = 0, end = bytes.length): BsdLoopback {
  need("BSD loopback", at, BSD_LOOPBACK_SIZE, end);
  const family = readBe32(bytes, at);
  const swapped =
    ((family & 0xff) << 24) | ((family & 0xff00) << 8) | ((family >>> 8) & 0xff00) | (family >>> 24);
  return { family: family > 0xffff ? swapped >>> 0 : family };
}

/**
 * Writes the family in network byte order, as LINKTYPE_LOOP has it.
 * @returns the offset after it
 */
export function writeBsdLoopback(value: BsdLoopback, into: Uint8Array, at = 0): number {
  writeBe32(into, at, value.family);
  return at + BSD_LOOPBACK_SIZE;
}
