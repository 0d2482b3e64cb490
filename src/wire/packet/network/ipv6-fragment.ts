import { need } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";

/** Offsets from the header's start, in bytes (RFC 8200, 4.5). */
export const field = { nextHeader: 0, reserved: 1, offset: 2, identification: 4 } as const;

/** Size of a Fragment header in bytes (RFC 8200, 4.5). */
export const IPV6_FRAGMENT_SIZE = 8;

// The bits of the offset field, with the names of netinet/ip6.h.
const IP6F_OFF_MASK = 0xfff8;
const IP6F_MORE_FRAG = 0x0001;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

/** Returns an `IPPROTO_*` value. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

/** Returns the fragment offset in bytes: a multiple of 8. */
export function offset(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.offset) & IP6F_OFF_MASK;
}

export function hasMoreFragments(bytes: Uint8Array, at: number): boolean {
  return (readBe16(bytes, at + field.offset) & IP6F_MORE_FRAG) !== 0;
}

export function identification(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.identification);
}

export interface Ipv6Fragment {
  readonly nextHeader: number;
  /** In units of 8 bytes. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

export function readIpv6Fragment(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6Fragment {
  need("IPv6 fragment", at, IPV6_FRAGMENT_SIZE, end);
  return {
    nextHeader: nextHeader(bytes, at),
    fragmentOffset: offset(bytes, at) >>> 3,
    moreFragments: hasMoreFragments(bytes, at),
    identification: identification(bytes, at),
  };
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeIpv6Fragment(value: Ipv6Fragment, into: Uint8Array, at = 0): number {
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.reserved] = 0;
  writeBe16(
    into,
    at + field.offset,
    (value.fragmentOffset << 3) | (value.moreFragments ? IP6F_MORE_FRAG : 0),
  );
  writeBe32(into, at + field.identification, value.identification);
  return at + IPV6_FRAGMENT_SIZE;
}
