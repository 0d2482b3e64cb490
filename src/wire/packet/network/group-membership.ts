import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

// What IGMPv3 (RFC 9776) and MLDv2 (RFC 9777) have in common. They differ in the offset of a query's group address, in
// the length of addresses, and in the size of the maximum response code.

/**
 * Offsets of the fields that these versions add to a query, from the end of its group address, in bytes (RFC 9776,
 * 4.1).
 */
export const query = { flags: 0, interval: 1, sourceCount: 2, sources: 4 } as const;

/** Flag in a query: routers are to suppress the timer updates that a query normally causes (RFC 9776, 4.1). */
export const SUPPRESS = 0x08;
/** Mask of a query's flags: the querier's robustness variable (RFC 9776, 4.1). */
export const ROBUSTNESS = 0x07;

/** Offsets in a report from the message's start, in bytes (RFC 9776, 4.2). */
export const report = { reserved: 4, recordCount: 6, records: 8 } as const;

/** Offsets in a report's group record, in bytes. The sources follow the group's address (RFC 9776, 4.2). */
export const record = { type: 0, auxiliaryLength: 1, sourceCount: 2, group: 4 } as const;

// Types of group records (RFC 9776, 4.2).
export const MODE_IS_INCLUDE = 1;
export const MODE_IS_EXCLUDE = 2;
export const CHANGE_TO_INCLUDE_MODE = 3;
export const CHANGE_TO_EXCLUDE_MODE = 4;
export const ALLOW_NEW_SOURCES = 5;
export const BLOCK_OLD_SOURCES = 6;

// These functions read a query's additional fields, a report or a record at `at` without checks: everything before the
// sources must lie within `bytes`.

/** Returns the flags of a query: {@link SUPPRESS}, and the robustness variable in {@link ROBUSTNESS}. */
export function queryFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + query.flags] as number;
}

/** Returns the querier's query interval code (QQIC), which encodes seconds: see {@link valueOfCode8}. */
export function queryInterval(bytes: Uint8Array, at: number): number {
  return bytes[at + query.interval] as number;
}

/** Returns the number of sources in a query. */
export function querySourceCount(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + query.sourceCount);
}

/** Returns the number of records in a report. */
export function recordCount(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + report.recordCount);
}

/** Returns the type of a record. */
export function recordType(bytes: Uint8Array, at: number): number {
  return bytes[at + record.type] as number;
}

/** Returns the number of sources in a record. */
export function recordSourceCount(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + record.sourceCount);
}

/** Returns the length in bytes of the auxiliary data after a record's sources. */
export function auxiliaryLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + record.auxiliaryLength] as number) * 4;
}

/**
 * Returns the size in bytes of a record without its sources and auxiliary data.
 * @param addressSize length of an address in bytes
 */
export function recordHeaderSize(addressSize: number): number {
  return record.group + addressSize;
}

/** Decodes an 8-bit code. From 128 on, it consists of a 4-bit mantissa and a 3-bit exponent (RFC 9776, 4.1). */
export function valueOfCode8(code: number): number {
  return valueOfCode(code, 4);
}

/** Decodes a 16-bit code. From 32768 on, it consists of a 12-bit mantissa and a 3-bit exponent (RFC 9777, 5.1). */
export function valueOfCode16(code: number): number {
  return valueOfCode(code, 12);
}

function valueOfCode(code: number, mantissaBits: number): number {
  const implied = 1 << mantissaBits;
  if (code < implied << 3) return code;
  return ((code & (implied - 1)) | implied) << (((code >>> mantissaBits) & 7) + 3);
}

/** The differences between the two protocols. */
export interface AddressFamily {
  /** The protocol's name in error messages. */
  readonly protocol: "IGMP" | "MLDv2";
  readonly addressSize: number;
  readAddress(bytes: Uint8Array, at: number): string;
  writeAddress(text: string, into: Uint8Array, at: number): void;
}

/** The fields that these versions add to a query. */
export interface QueryExtension {
  readonly suppressRouterSideProcessing: boolean;
  readonly robustness: number;
  readonly queryIntervalCode: number;
  readonly sources: readonly string[];
}

/** A group record of a report (RFC 9776, 4.2). */
export interface GroupRecord {
  readonly recordType: number;
  readonly group: string;
  readonly sources: readonly string[];
  readonly auxiliaryData: Uint8Array;
}

/**
 * Reads the fields that these versions add to a query. All before the sources must lie within `bytes`.
 * @param at offset after the group's address
 * @throws PromiscError `malformed` if the sources are truncated
 */
export function readQueryExtension(
  family: AddressFamily,
  bytes: Uint8Array,
  at: number,
  end: number,
): QueryExtension {
  const flags = queryFlags(bytes, at);
  return {
    suppressRouterSideProcessing: (flags & SUPPRESS) !== 0,
    robustness: flags & ROBUSTNESS,
    queryIntervalCode: queryInterval(bytes, at),
    sources: readSources(family, bytes, at + query.sources, querySourceCount(bytes, at), end),
  };
}

function readSources(
  { protocol, addressSize, readAddress }: AddressFamily,
  bytes: Uint8Array,
  start: number,
  count: number,
  end: number,
): string[] {
  need(`${protocol} sources`, start, count * addressSize, end);
  return Array.from({ length: count }, (_, index) => readAddress(bytes, start + index * addressSize));
}

/**
 * Reads the records of a report.
 * @param start offset of the report, whose first 8 bytes must lie within `bytes`
 * @throws PromiscError `malformed` if a record is truncated
 */
export function readRecords(
  family: AddressFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): GroupRecord[] {
  const { protocol, addressSize, readAddress } = family;
  const headerSize = recordHeaderSize(addressSize);
  const records: GroupRecord[] = [];
  let at = start + report.records;
  for (let left = recordCount(bytes, start); left > 0; left--) {
    need(`${protocol} record`, at, headerSize, end);
    const sources = readSources(family, bytes, at + headerSize, recordSourceCount(bytes, at), end);
    const auxiliary = at + headerSize + sources.length * addressSize;
    const next = auxiliary + auxiliaryLength(bytes, at);
    need(`${protocol} auxiliary data`, auxiliary, next - auxiliary, end);
    records.push({
      recordType: recordType(bytes, at),
      group: readAddress(bytes, at + record.group),
      sources,
      auxiliaryData: bytes.subarray(auxiliary, next),
    });
    at = next;
  }
  return records;
}

/** Returns the number of bytes that {@link writeQueryExtension} writes. */
export function queryExtensionSize(
  { addressSize }: AddressFamily,
  { sources }: Pick<QueryExtension, "sources">,
): number {
  return query.sources + sources.length * addressSize;
}

/** Returns the size in bytes of a report with these records. */
export function recordsSize(
  family: AddressFamily,
  records: readonly Pick<GroupRecord, "sources" | "auxiliaryData">[],
): number {
  return records.reduce<number>((sum, each) => sum + recordSize(family, each), report.records);
}

function recordSize(
  { addressSize }: AddressFamily,
  { sources, auxiliaryData }: Pick<GroupRecord, "sources" | "auxiliaryData">,
): number {
  return recordHeaderSize(addressSize) + sources.length * addressSize + auxiliaryUnits(auxiliaryData) * 4;
}

/** Returns the length of auxiliary data in units of four bytes. */
function auxiliaryUnits(data: Uint8Array): number {
  return (data.length + 3) >>> 2;
}

/**
 * Writes the fields that these versions add to a query.
 * @param at offset after the group's address
 * @returns the offset after the sources
 */
export function writeQueryExtension(
  family: AddressFamily,
  value: QueryExtension,
  into: Uint8Array,
  at: number,
): number {
  into[at + query.flags] =
    (value.suppressRouterSideProcessing ? SUPPRESS : 0) | (value.robustness & ROBUSTNESS);
  into[at + query.interval] = value.queryIntervalCode;
  writeBe16(into, at + query.sourceCount, value.sources.length);
  return writeSources(family, value.sources, into, at + query.sources);
}

function writeSources(
  { addressSize, writeAddress }: AddressFamily,
  sources: readonly string[],
  into: Uint8Array,
  start: number,
): number {
  let at = start;
  for (const source of sources) {
    writeAddress(source, into, at);
    at += addressSize;
  }
  return at;
}

/**
 * Writes everything that follows a report's checksum.
 * @param start offset of the report
 * @returns the offset after it
 */
export function writeRecords(
  family: AddressFamily,
  records: readonly GroupRecord[],
  into: Uint8Array,
  start: number,
): number {
  writeBe16(into, start + report.reserved, 0);
  writeBe16(into, start + report.recordCount, records.length);
  let at = start + report.records;
  for (const each of records) {
    const end = at + recordSize(family, each);
    into[at + record.type] = each.recordType;
    into[at + record.auxiliaryLength] = auxiliaryUnits(each.auxiliaryData);
    writeBe16(into, at + record.sourceCount, each.sources.length);
    family.writeAddress(each.group, into, at + record.group);
    const sources = at + recordHeaderSize(family.addressSize);
    const auxiliary = writeSources(family, each.sources, into, sources);
    into.fill(0, auxiliary, end);
    into.set(each.auxiliaryData, auxiliary);
    at = end;
  }
  return at;
}
