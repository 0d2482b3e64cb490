import { malformed, need } from "../../bytes.js";
import { ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv6Address } from "../../parse-address.js";

/** Size of an IPv6 header (RFC 8200, 3). */
export const IPV6_SIZE = 40;

export const field = {
  versionClassFlow: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
} as const;

export interface Ipv6 {
  /** The upper six bits of the traffic class (RFC 2474). */
  readonly dscp: number;
  /** The lower two bits of the traffic class (RFC 3168). */
  readonly ecn: number;
  readonly flowLabel: number;
  /** Of extension headers and payload, in bytes; 0 with a jumbo payload (RFC 2675). */
  readonly payloadLength: number;
  /** `IPPROTO_*` */
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: string;
  readonly destination: string;
}

export function readIpv6(bytes: Uint8Array, at = 0, end = bytes.length): Ipv6 {
  need("IPv6", at, 1, end);
  const version = (bytes[at] as number) >>> 4;
  if (version !== 6) throw malformed("IPv6", `version ${version}`);
  need("IPv6", at, IPV6_SIZE, end);
  const first = readBe32(bytes, at + field.versionClassFlow);
  return {
    dscp: (first >>> 22) & 0x3f,
    ecn: (first >>> 20) & 3,
    flowLabel: first & 0xf_ffff,
    payloadLength: readBe16(bytes, at + field.payloadLength),
    nextHeader: bytes[at + field.nextHeader] as number,
    hopLimit: bytes[at + field.hopLimit] as number,
    source: ipv6AddressAt(bytes, at + field.source),
    destination: ipv6AddressAt(bytes, at + field.destination),
  };
}

/** @returns the offset after it */
export function writeIpv6(value: Ipv6, into: Uint8Array, at = 0): number {
  const first =
    0x6000_0000 | ((value.dscp & 0x3f) << 22) | ((value.ecn & 3) << 20) | (value.flowLabel & 0xf_ffff);
  writeBe32(into, at + field.versionClassFlow, first);
  writeBe16(into, at + field.payloadLength, value.payloadLength);
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.hopLimit] = value.hopLimit;
  writeIpv6Address(value.source, into, at + field.source);
  writeIpv6Address(value.destination, into, at + field.destination);
  return at + IPV6_SIZE;
}
