import { need } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";

export const field = { nextHeader: 0, reserved: 1, offset: 2, identification: 4 } as const;

/** Size of a Fragment header (RFC 8200, 4.5). */
export const IPV6_FRAGMENT_SIZE = 8;

export interface Ipv6Fragment {
  readonly nextHeader: number;
  /** In units of 8 bytes. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

export function readIpv6Fragment(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6Fragment {
  need("IPv6 fragment", at, IPV6_FRAGMENT_SIZE, end);
  const offset = readBe16(bytes, at + field.offset);
  return {
    nextHeader: bytes[at + field.nextHeader] as number,
    fragmentOffset: offset >>> 3,
    moreFragments: (offset & 1) !== 0,
    identification: readBe32(bytes, at + field.identification),
  };
}

/** @returns the offset after it */
export function writeIpv6Fragment(value: Ipv6Fragment, into: Uint8Array, at = 0): number {
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.reserved] = 0;
  writeBe16(into, at + field.offset, (value.fragmentOffset << 3) | (value.moreFragments ? 1 : 0));
  writeBe32(into, at + field.identification, value.identification);
  return at + IPV6_FRAGMENT_SIZE;
}
