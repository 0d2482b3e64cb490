import { need } from "../../bytes.js";

/** Offsets in bytes from the header's start; its length counts units of 8 bytes beyond the first (RFC 8200, 4.4). */
export const field = { nextHeader: 0, length: 1, routingType: 2, segmentsLeft: 3, data: 4 } as const;

/** Where the addresses of the two types begin that have nothing but addresses (RFC 5095, RFC 6275). */
export const ADDRESSES = 8;

// Routing types, as linux/ipv6.h names them.
export const IPV6_SRCRT_TYPE_0 = 0;
export const IPV6_SRCRT_TYPE_2 = 2;

// Accessors of a header at `at`. They check nothing: its first 4 bytes must be there.

/** `IPPROTO_*` */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

/** In units of 8 bytes, without the first 8. */
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
  /** What the routing type makes of it; 4 bytes more than a multiple of 8. */
  readonly data: Uint8Array;
}

/** Bytes of the routing header at `at`, whose first two must be there. */
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

/** Bytes that {@link writeIpv6Routing} writes. */
export function ipv6RoutingSize({ data }: Pick<Ipv6Routing, "data">): number {
  return (field.data + data.length + 7) & ~7;
}

/** @returns the offset after it */
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
