import { malformed, need, unwritable } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";
import { type Ipv4Option, ipv4OptionsSize, readIpv4Options, writeIpv4Options } from "./ipv4-option.js";

/** Size of an IPv4 header without options (RFC 791, 3.1). */
const IPV4_SIZE = 20;

/** Where the header checksum is, in bytes from the header's start. */
export const IPV4_CHECKSUM = 10;

export const field = {
  versionLength: 0,
  services: 1,
  totalLength: 2,
  identification: 4,
  fragment: 6,
  timeToLive: 8,
  protocol: 9,
  checksum: IPV4_CHECKSUM,
  source: 12,
  destination: 16,
} as const;

const RESERVED = 0x8000;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

export interface Ipv4 {
  /** RFC 2474: 0 to 63. */
  readonly dscp: number;
  /** RFC 3168: 0 to 3. */
  readonly ecn: number;
  /** Of header and payload, in bytes. */
  readonly totalLength: number;
  readonly identification: number;
  /** The first of the three flags, which must be zero. */
  readonly reserved: boolean;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In units of 8 bytes, as it stands in the header. */
  readonly fragmentOffset: number;
  readonly timeToLive: number;
  /** `IPPROTO_*`: the field that RFC 791 calls Protocol. */
  readonly protocolNumber: number;
  readonly headerChecksum: number;
  readonly source: string;
  readonly destination: string;
  readonly options: readonly Ipv4Option[];
}

/** Bytes of the header at `at`, of which one must be there: 4 times IHL. */
export function ipv4HeaderLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) & 0x0f) * 4;
}

export function readIpv4(bytes: Uint8Array, at = 0, end = bytes.length): Ipv4 {
  need("IPv4", at, 1, end);
  const version = (bytes[at] as number) >>> 4;
  if (version !== 4) throw malformed("IPv4", `version ${version}`);
  const length = ipv4HeaderLength(bytes, at);
  if (length < IPV4_SIZE) throw malformed("IPv4", `header length ${length}`);
  need("IPv4", at, length, end);
  const services = bytes[at + field.services] as number;
  const fragment = readBe16(bytes, at + field.fragment);
  return {
    dscp: services >>> 2,
    ecn: services & 3,
    totalLength: readBe16(bytes, at + field.totalLength),
    identification: readBe16(bytes, at + field.identification),
    reserved: (fragment & RESERVED) !== 0,
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: fragment & FRAGMENT_OFFSET,
    timeToLive: bytes[at + field.timeToLive] as number,
    protocolNumber: bytes[at + field.protocol] as number,
    headerChecksum: readBe16(bytes, at + field.checksum),
    source: ipv4AddressAt(bytes, at + field.source),
    destination: ipv4AddressAt(bytes, at + field.destination),
    options: readIpv4Options(bytes, at + IPV4_SIZE, at + length),
  };
}

/** Bytes of the header that {@link writeIpv4} writes. */
export function ipv4Size(value: Pick<Ipv4, "options">): number {
  return IPV4_SIZE + ipv4OptionsSize(value.options);
}

/**
 * Writes the header, its checksum as the value has it.
 * @returns the offset after it
 * @throws PromiscError `usage` if the options take more than 40 bytes
 */
export function writeIpv4(value: Ipv4, into: Uint8Array, at = 0): number {
  const size = ipv4Size(value);
  if (size > 60) throw unwritable("IPv4 options", `${size - IPV4_SIZE} bytes, at most 40`);
  into[at + field.versionLength] = 0x40 | (size >>> 2);
  into[at + field.services] = (value.dscp << 2) | (value.ecn & 3);
  writeBe16(into, at + field.totalLength, value.totalLength);
  writeBe16(into, at + field.identification, value.identification);
  const flags =
    (value.reserved ? RESERVED : 0) |
    (value.dontFragment ? DONT_FRAGMENT : 0) |
    (value.moreFragments ? MORE_FRAGMENTS : 0);
  writeBe16(into, at + field.fragment, flags | (value.fragmentOffset & FRAGMENT_OFFSET));
  into[at + field.timeToLive] = value.timeToLive;
  into[at + field.protocol] = value.protocolNumber;
  writeBe16(into, at + field.checksum, value.headerChecksum);
  writeIpv4Address(value.source, into, at + field.source);
  writeIpv4Address(value.destination, into, at + field.destination);
  writeIpv4Options(value.options, into, at + IPV4_SIZE);
  return at + size;
}
