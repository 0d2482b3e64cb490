import { need } from "../../bytes.js";
import { IPV4_ADDRESS_SIZE, ipv4AddressAt } from "../../inet-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";
import {
  type AddressFamily,
  query,
  queryExtensionSize,
  readQueryExtension,
  readRecords,
  recordsSize,
  writeQueryExtension,
  writeRecords,
} from "./group-membership.js";

/** Size of a message of IGMPv1 and IGMPv2 in bytes (RFC 2236, 2). */
export const IGMP_SIZE = 8;
/** Size of an IGMPv3 query without sources in bytes (RFC 9776, 4.1). */
export const IGMP_V3_QUERY_SIZE = IGMP_SIZE + query.sources;

// Types (https://www.iana.org/assignments/igmp-type-numbers).
export const IGMP_MEMBERSHIP_QUERY = 0x11;
export const IGMP_V1_REPORT = 0x12;
export const IGMP_V2_REPORT = 0x16;
export const IGMP_V2_LEAVE = 0x17;
export const IGMP_V3_REPORT = 0x22;

/** Offsets from the message's start, in bytes (RFC 2236, 2). */
export const field = {
  type: 0,
  responseCode: 1,
  checksum: 2,
  group: 4,
  /**
   * The fields that IGMPv3 adds to a query: see `query` of group-membership.ts, which also has the offsets in an IGMPv3
   * report.
   */
  query: IGMP_SIZE,
} as const;

const family: AddressFamily = {
  protocol: "IGMP",
  addressSize: IPV4_ADDRESS_SIZE,
  readAddress: ipv4AddressAt,
  writeAddress: writeIpv4Address,
};

// These functions read the fields of a message at `at` without checks: its first 8 bytes must lie within `bytes`.

/** Returns the message's type: `IGMP_*`. */
export function type(bytes: Uint8Array, at: number): number {
  return bytes[at + field.type] as number;
}

/**
 * Returns the maximum response time in tenths of a second. In an IGMPv3 query, it is a code: see `valueOfCode8` of
 * group-membership.ts.
 */
export function maximumResponseCode(bytes: Uint8Array, at: number): number {
  return bytes[at + field.responseCode] as number;
}

/** Returns the message's checksum. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/** A group record of an IGMPv3 report (RFC 9776, 4.2). */
export interface IgmpRecord {
  readonly recordType: number;
  readonly groupAddress: string;
  readonly sources: readonly string[];
  readonly auxiliaryData: Uint8Array;
}

export interface Common {
  readonly type: number;
  readonly checksum: number;
}

export interface Group extends Common {
  /** In tenths of a second. In IGMPv3, values from 128 on are floating-point codes. */
  readonly maximumResponseCode: number;
  readonly groupAddress: string;
}

/** An IGMP message of any version (RFC 1112; RFC 2236; RFC 9776). */
export type Igmp =
  /** IGMPv1 or IGMPv2, of any type: query 0x11, report 0x12 or 0x16, leave 0x17. */
  | (Group & { readonly message: "group" })
  | (Group & {
      readonly message: "v3-query";
      readonly suppressRouterSideProcessing: boolean;
      readonly robustness: number;
      readonly queryIntervalCode: number;
      readonly sources: readonly string[];
    })
  | (Common & { readonly message: "v3-report"; readonly records: readonly IgmpRecord[] });

/**
 * Reads the IGMP message at `at`, of any version.
 * @param end end of the message
 * @throws PromiscError `malformed` if it is truncated
 */
export function readIgmp(bytes: Uint8Array, at = 0, end = bytes.length): Igmp {
  need("IGMP", at, IGMP_SIZE, end);
  const common = { type: type(bytes, at), checksum: checksum(bytes, at) };
  if (common.type === IGMP_V3_REPORT)
    return { message: "v3-report", ...common, records: readReport(bytes, at, end) };
  const group = {
    type: common.type,
    maximumResponseCode: maximumResponseCode(bytes, at),
    checksum: common.checksum,
    groupAddress: ipv4AddressAt(bytes, at + field.group),
  };
  if (common.type !== IGMP_MEMBERSHIP_QUERY || end - at < IGMP_V3_QUERY_SIZE)
    return { message: "group", ...group };
  return { message: "v3-query", ...group, ...readQueryExtension(family, bytes, at + field.query, end) };
}

function readReport(bytes: Uint8Array, at: number, end: number): IgmpRecord[] {
  return readRecords(family, bytes, at, end).map(({ recordType, group, sources, auxiliaryData }) => ({
    recordType,
    groupAddress: group,
    sources,
    auxiliaryData,
  }));
}

/** Returns the number of bytes that {@link writeIgmp} writes. */
export function igmpSize(value: Igmp): number {
  if (value.message === "v3-query") return field.query + queryExtensionSize(family, value);
  if (value.message === "group") return IGMP_SIZE;
  return recordsSize(family, value.records);
}

/**
 * Writes an IGMP message at `at`, with the checksum in `value`. `into` must have room for `igmpSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid
 */
export function writeIgmp(value: Igmp, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  writeBe16(into, at + field.checksum, value.checksum);
  if (value.message === "v3-report") {
    into[at + field.responseCode] = 0;
    const groups = value.records.map(({ groupAddress, ...rest }) => ({ ...rest, group: groupAddress }));
    return writeRecords(family, groups, into, at);
  }
  into[at + field.responseCode] = value.maximumResponseCode;
  writeIpv4Address(value.groupAddress, into, at + field.group);
  if (value.message === "group") return at + IGMP_SIZE;
  return writeQueryExtension(family, value, into, at + field.query);
}
