import { need } from "../../bytes.js";

/**
 * Offsets from the header's start, in bytes. Its length field counts units of 8 bytes after the first 8 (RFC 8200,
 * 4.4).
 */
export const field = { nextHeader: 0, length: 1, routingType: 2, segmentsLeft: 3, data: 4 } as const;

/** Offset of the addresses in the two types that consist of addresses: type 0 (RFC 5095) and type 2 (RFC 6275). */
export const ADDRESSES = 8;

// Routing types, with the names of linux/ipv6.h.
export const IPV6_SRCRT_TYPE_0 = 0;
export const IPV6_SRCRT_TYPE_2 = 2;

// These functions read the fields of a header at `at` without checks: its first 4 bytes must lie within `bytes`.

/** Returns an `IPPROTO_*` value. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

/** Returns the length in units of 8 bytes, without the first 8 bytes. */
export function length(bytes: Uint8Array, at: number): number {
  return bytes[at + field.length] as number;
}

export function routingType(bytes: Uint8Array, at: number): number {
  return bytes[at + field.routingType] as number;
}

export function segmentsLeft(bytes: Uint8Array, at: number): number {
  return bytes[at + field.segmentsLeft] as number;
}

/** A Routing header (RFC 8200, 4.4) of any type. */
export interface Ipv6Routing {
  readonly nextHeader: number;
  readonly routingType: number;
  readonly segmentsLeft: number;
  /** The data of the routing type. Its length is 4 bytes more than a multiple of 8. */
  readonly data: Uint8Array;
}

/** Returns the length in bytes of the header at `at`, whose first two bytes must be there. */
export function ipv6RoutingLength(bytes: Uint8Array, at: number): number {
  return (length(bytes, at) + 1) * 8;
}

export function readIpv6Routing(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6Routing {
  need("IPv6 routing", at, field.data, end);
  const size = ipv6RoutingLength(bytes, at);
  need("IPv6 routing", at, size, end);
  return {
    nextHeader: nextHeader(bytes, at),
    routingType: routingType(bytes, at),
    segmentsLeft: segmentsLeft(bytes, at),
    data: bytes.subarray(at + field.data, at + size),
  };
}

/** Returns the number of bytes that {@link writeIpv6Routing} writes. */
export function ipv6RoutingSize({ data }: Pick<Ipv6Routing, "data">): number {
  return (field.data + data.length + 7) & ~7;
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeIpv6Routing(value: Ipv6Routing, into: Uint8Array, at = 0): number {
  const end = at + ipv6RoutingSize(value);
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.length] = (end - at) / 8 - 1;
  into[at + field.routingType] = value.routingType;
  into[at + field.segmentsLeft] = value.segmentsLeft;
  into.set(value.data, at + field.data);
  into.fill(0, at + field.data + value.data.length, end);
  return end;
}
