import { need } from "../../bytes.js";

export const field = { nextHeader: 0, length: 1, routingType: 2, segmentsLeft: 3, data: 4 } as const;

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
  return ((bytes[at + field.length] as number) + 1) * 8;
}

export function readIpv6Routing(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6Routing {
  need("IPv6 routing", at, field.data, end);
  const length = ipv6RoutingLength(bytes, at);
  need("IPv6 routing", at, length, end);
  return {
    nextHeader: bytes[at + field.nextHeader] as number,
    routingType: bytes[at + field.routingType] as number,
    segmentsLeft: bytes[at + field.segmentsLeft] as number,
    data: bytes.subarray(at + field.data, at + length),
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
