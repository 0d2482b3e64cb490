import { malformed, need } from "../../bytes.js";
import { ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv6Address } from "../../parse-address.js";

/** Size of an IPv6 header in bytes (RFC 8200, 3). */
export const IPV6_SIZE = 40;

export const IPV6_VERSION = 6;

/** Offsets from the header's start, in bytes (RFC 8200, 3). */
export const field = {
  versionClassFlow: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
} as const;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

/** Returns the IP version, which should be 6. */
export function version(bytes: Uint8Array, at: number): number {
  return (bytes[at + field.versionClassFlow] as number) >>> 4;
}

/** Returns the 8 bits of DSCP and ECN. */
export function trafficClass(bytes: Uint8Array, at: number): number {
  return (readBe16(bytes, at + field.versionClassFlow) >>> 4) & 0xff;
}

/** Returns the flow label, a 20-bit integer. */
export function flowLabel(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.versionClassFlow) & 0xf_ffff;
}

/** Returns the length of extension headers and payload in bytes; 0 for a jumbo payload (RFC 2675). */
export function payloadLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.payloadLength);
}

/** Returns an `IPPROTO_*` value. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

/** Returns the hop limit. */
export function hopLimit(bytes: Uint8Array, at: number): number {
  return bytes[at + field.hopLimit] as number;
}

/** An IPv6 header (RFC 8200, 3). */
export interface Ipv6 {
  /** The upper six bits of the traffic class (RFC 2474). */
  readonly dscp: number;
  /** The lower two bits of the traffic class (RFC 3168). */
  readonly ecn: number;
  readonly flowLabel: number;
  /** The length of extension headers and payload in bytes; 0 for a jumbo payload (RFC 2675). */
  readonly payloadLength: number;
  /** `IPPROTO_*` */
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: string;
  readonly destination: string;
}

/**
 * Reads the IPv6 header at `at`, without extension headers.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated or its version isn't 6
 */
export function readIpv6(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6 {
  need("IPv6", at, 1, end);
  if (version(bytes, at) !== IPV6_VERSION) throw malformed("IPv6", `version ${version(bytes, at)}`);
  need("IPv6", at, IPV6_SIZE, end);
  return {
    dscp: trafficClass(bytes, at) >>> 2,
    ecn: trafficClass(bytes, at) & 3,
    flowLabel: flowLabel(bytes, at),
    payloadLength: payloadLength(bytes, at),
    nextHeader: nextHeader(bytes, at),
    hopLimit: hopLimit(bytes, at),
    source: ipv6AddressAt(bytes, at + field.source),
    destination: ipv6AddressAt(bytes, at + field.destination),
  };
}

/**
 * Writes an IPv6 header at `at`. `into` must have room for {@link IPV6_SIZE} bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid
 */
export function writeIpv6(value: Ipv6, into: Uint8Array, at = 0): number {
  const services = ((value.dscp & 0x3f) << 2) | (value.ecn & 3);
  const first = (IPV6_VERSION << 28) | (services << 20) | (value.flowLabel & 0xf_ffff);
  writeBe32(into, at + field.versionClassFlow, first);
  writeBe16(into, at + field.payloadLength, value.payloadLength);
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.hopLimit] = value.hopLimit;
  writeIpv6Address(value.source, into, at + field.source);
  writeIpv6Address(value.destination, into, at + field.destination);
  return at + IPV6_SIZE;
}
