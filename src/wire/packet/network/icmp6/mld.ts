import { need } from "../../../bytes.js";
import { IPV6_ADDRESS_SIZE, ipv6AddressAt } from "../../../inet-address.js";
import { readBe16, writeBe16 } from "../../../network-order.js";
import { writeIpv6Address } from "../../../parse-address.js";
import {
  type AddressFamily,
  query,
  queryExtensionSize,
  readQueryExtension,
  readRecords,
  recordsSize,
  report,
  writeQueryExtension,
  writeRecords,
} from "../group-membership.js";
import { ICMP6_SIZE } from "./icmp6-header.js";

/** Size of an MLDv1 message in bytes (RFC 2710, 3). */
export const MLD_SIZE = 24;
/** Size of an MLDv2 query without sources in bytes (RFC 9777, 5.1). */
export const MLD2_QUERY_SIZE = MLD_SIZE + query.sources;

/** Offsets from the message's start, in bytes (RFC 2710, 3). */
export const field = {
  maximumResponseCode: 4,
  reserved: 6,
  multicastAddress: 8,
  /** The fields that MLDv2 adds to a query: see `query` of group-membership.ts. */
  query: MLD_SIZE,
} as const;

const family: AddressFamily = {
  protocol: "MLDv2",
  addressSize: IPV6_ADDRESS_SIZE,
  readAddress: ipv6AddressAt,
  writeAddress: writeIpv6Address,
};

/**
 * Returns the maximum response time in milliseconds. In an MLDv2 query, it is a code: see `valueOfCode16` of
 * group-membership.ts.
 */
export function maximumResponseCode(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.maximumResponseCode);
}

/** An MLDv1 message. */
export interface MldMessage {
  /** In milliseconds. In an MLDv2 query, values from 0x8000 on are floating-point codes (RFC 9777, 5.1). */
  readonly maximumResponseCode: number;
  readonly multicastAddress: string;
}

/** An MLDv2 query (RFC 9777, 5.1). */
export interface MldQuery extends MldMessage {
  readonly suppressRouterSideProcessing: boolean;
  readonly robustness: number;
  readonly queryIntervalCode: number;
  readonly sources: readonly string[];
}

/** A multicast address record (RFC 9777, 5.2). */
export interface MldRecord {
  readonly recordType: number;
  readonly multicastAddress: string;
  readonly sources: readonly string[];
  readonly auxiliaryData: Uint8Array;
}

/** Reads the fields after the checksum of the MLDv1 message at `at`. */
export function readMldMessage(bytes: Uint8Array, at: number, end: number): MldMessage {
  need("MLD", at + ICMP6_SIZE, MLD_SIZE - ICMP6_SIZE, end);
  return {
    maximumResponseCode: maximumResponseCode(bytes, at),
    multicastAddress: ipv6AddressAt(bytes, at + field.multicastAddress),
  };
}

/** Reports whether the query at `at` has the fields that MLDv2 adds (RFC 9777, 8.1). */
export function isMldV2Query(at: number, end: number): boolean {
  return end - at >= MLD2_QUERY_SIZE;
}

export function readMldQuery(bytes: Uint8Array, at: number, end: number): MldQuery {
  need("MLDv2 query", at + ICMP6_SIZE, MLD2_QUERY_SIZE - ICMP6_SIZE, end);
  return {
    ...readMldMessage(bytes, at, end),
    ...readQueryExtension(family, bytes, at + field.query, end),
  };
}

export function readMldRecords(bytes: Uint8Array, at: number, end: number): MldRecord[] {
  need("MLDv2 report", at + ICMP6_SIZE, report.records - ICMP6_SIZE, end);
  return readRecords(family, bytes, at, end).map(({ recordType, group, sources, auxiliaryData }) => ({
    recordType,
    multicastAddress: group,
    sources,
    auxiliaryData,
  }));
}

/** Returns the size of the whole message in bytes, like all size functions here. */
export function mldQuerySize(value: Pick<MldQuery, "sources">): number {
  return field.query + queryExtensionSize(family, value);
}

export function mldRecordsSize(records: readonly MldRecord[]): number {
  return recordsSize(family, records);
}

/** Writes the fields after the checksum of the message at `at`. The functions below do so too. */
export function writeMldMessage(value: MldMessage, into: Uint8Array, at: number): void {
  writeBe16(into, at + field.maximumResponseCode, value.maximumResponseCode);
  writeBe16(into, at + field.reserved, 0);
  writeIpv6Address(value.multicastAddress, into, at + field.multicastAddress);
}

export function writeMldQuery(value: MldQuery, into: Uint8Array, at: number): void {
  writeMldMessage(value, into, at);
  writeQueryExtension(family, value, into, at + field.query);
}

export function writeMldRecords(records: readonly MldRecord[], into: Uint8Array, at: number): void {
  const groups = records.map(({ multicastAddress, ...rest }) => ({ ...rest, group: multicastAddress }));
  writeRecords(family, groups, into, at);
}
