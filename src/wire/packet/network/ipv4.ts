import { malformed, need, unwritable } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";
import {
  type Ipv4Option,
  ipv4OptionsSize,
  readIpv4Options,
  routeDestination,
  writeIpv4Options,
} from "./ipv4-option.js";

/** Size of an IPv4 header without options in bytes (RFC 791, 3.1). */
export const IPV4_SIZE = 20;
/** The largest size of a header in bytes that its length field can express. */
const LONGEST = 60;

export const IPVERSION = 4;

/** Offsets from the header's start, in bytes (RFC 791, 3.1). */
export const field = {
  versionLength: 0,
  services: 1,
  totalLength: 2,
  identification: 4,
  fragment: 6,
  timeToLive: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
} as const;

// The bits of the fragment field, with the names of netinet/ip.h.
export const IP_RF = 0x8000;
export const IP_DF = 0x4000;
export const IP_MF = 0x2000;
export const IP_OFFMASK = 0x1fff;

// These functions read the fields of a header at `at` without checks: its first 20 bytes must lie within `bytes`.

/** Returns the IP version, which should be 4. */
export function version(bytes: Uint8Array, at: number): number {
  return (bytes[at + field.versionLength] as number) >>> 4;
}

/** Returns the length in bytes of the header at `at`, whose first byte must be there: 4 times the IHL field. */
export function ipv4HeaderLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.versionLength] as number) & 0x0f) * 4;
}

/** Returns DSCP and ECN, which RFC 791 calls the type of service. */
export function services(bytes: Uint8Array, at: number): number {
  return bytes[at + field.services] as number;
}

/** Returns the length of header and payload in bytes. */
export function totalLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.totalLength);
}

/** Returns the identification, which the fragments of a packet have in common. */
export function identification(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.identification);
}

/** Returns the flags `IP_RF`, `IP_DF` and `IP_MF`, and the fragment offset in units of 8 bytes. */
export function fragment(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.fragment);
}

/** Returns the time to live, in hops. */
export function timeToLive(bytes: Uint8Array, at: number): number {
  return bytes[at + field.timeToLive] as number;
}

/** Returns an `IPPROTO_*` value. */
export function protocol(bytes: Uint8Array, at: number): number {
  return bytes[at + field.protocol] as number;
}

/** Returns the header's checksum. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/**
 * Returns the offset of the final destination address, which may be in a source route. The whole header must lie within
 * `bytes`.
 */
export function finalDestination(bytes: Uint8Array, at: number): number {
  const length = ipv4HeaderLength(bytes, at);
  const routed = length > IPV4_SIZE ? routeDestination(bytes, at + IPV4_SIZE, at + length) : -1;
  return routed < 0 ? at + field.destination : routed;
}

/** An IPv4 header (RFC 791, 3.1). */
export interface Ipv4 {
  /** The differentiated services code point, 0 to 63 (RFC 2474). */
  readonly dscp: number;
  /** The congestion bits, 0 to 3 (RFC 3168). */
  readonly ecn: number;
  /** The length of header and payload in bytes. */
  readonly totalLength: number;
  readonly identification: number;
  /** The first of the three flags, which must be zero. */
  readonly reserved: boolean;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In units of 8 bytes, as in the header. */
  readonly fragmentOffset: number;
  readonly timeToLive: number;
  /** `IPPROTO_*`: the field that RFC 791 calls Protocol. */
  readonly protocolNumber: number;
  readonly headerChecksum: number;
  readonly source: string;
  readonly destination: string;
  readonly options: readonly Ipv4Option[];
}

/**
 * Reads the IPv4 header at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated, or if its version or length is invalid
 */
export function readIpv4(bytes: Uint8Array, at = 0, end = bytes.length): Ipv4 {
  need("IPv4", at, 1, end);
  if (version(bytes, at) !== IPVERSION) throw malformed("IPv4", `version ${version(bytes, at)}`);
  const length = ipv4HeaderLength(bytes, at);
  if (length < IPV4_SIZE) throw malformed("IPv4", `header length ${length}`);
  need("IPv4", at, length, end);
  const bits = fragment(bytes, at);
  return {
    dscp: services(bytes, at) >>> 2,
    ecn: services(bytes, at) & 3,
    totalLength: totalLength(bytes, at),
    identification: identification(bytes, at),
    reserved: (bits & IP_RF) !== 0,
    dontFragment: (bits & IP_DF) !== 0,
    moreFragments: (bits & IP_MF) !== 0,
    fragmentOffset: bits & IP_OFFMASK,
    timeToLive: timeToLive(bytes, at),
    protocolNumber: protocol(bytes, at),
    headerChecksum: checksum(bytes, at),
    source: ipv4AddressAt(bytes, at + field.source),
    destination: ipv4AddressAt(bytes, at + field.destination),
    options: readIpv4Options(bytes, at + IPV4_SIZE, at + length),
  };
}

/** Returns the size in bytes of the header that {@link writeIpv4} writes. */
export function ipv4Size(value: Pick<Ipv4, "options">): number {
  return IPV4_SIZE + ipv4OptionsSize(value.options);
}

/**
 * Writes an IPv4 header at `at`, with the checksum in `value`. `into` must have room for `ipv4Size(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid or the options take more than 40 bytes
 */
export function writeIpv4(value: Ipv4, into: Uint8Array, at = 0): number {
  const size = ipv4Size(value);
  if (size > LONGEST)
    throw unwritable("IPv4 options", `${size - IPV4_SIZE} bytes, at most ${LONGEST - IPV4_SIZE}`);
  into[at + field.versionLength] = (IPVERSION << 4) | (size >>> 2);
  into[at + field.services] = (value.dscp << 2) | (value.ecn & 3);
  writeBe16(into, at + field.totalLength, value.totalLength);
  writeBe16(into, at + field.identification, value.identification);
  const flags =
    (value.reserved ? IP_RF : 0) | (value.dontFragment ? IP_DF : 0) | (value.moreFragments ? IP_MF : 0);
  writeBe16(into, at + field.fragment, flags | (value.fragmentOffset & IP_OFFMASK));
  into[at + field.timeToLive] = value.timeToLive;
  into[at + field.protocol] = value.protocolNumber;
  writeBe16(into, at + field.checksum, value.headerChecksum);
  writeIpv4Address(value.source, into, at + field.source);
  writeIpv4Address(value.destination, into, at + field.destination);
  writeIpv4Options(value.options, into, at + IPV4_SIZE);
  return at + size;
}
