import { need } from "../../../bytes.js";
import { ipv6AddressAt } from "../../../inet-address.js";
import { readBe16, writeBe16 } from "../../../network-order.js";
import { writeIpv6Address } from "../../../parse-address.js";

/** Size of an MLDv1 message (RFC 2710, 3) after its type, code and checksum. */
const MLD_SIZE = 20;
/** Size of the part that MLDv2 queries add (RFC 3810, 5.1). */
const QUERY_EXTENSION_SIZE = 4;
/** Size of a record of an MLDv2 report without its sources (RFC 3810, 5.2). */
const RECORD_SIZE = 20;
const ADDRESS_SIZE = 16;

const SUPPRESS = 0x08;

/** An MLDv1 message. */
export interface MldMessage {
  /** In milliseconds; in an MLDv2 query from 0x8000 on a floating-point code (RFC 3810, 5.1.3). */
  readonly maximumResponseCode: number;
  readonly multicastAddress: string;
}

/** A query as of MLDv2 (RFC 3810, 5.1). */
export interface MldQuery extends MldMessage {
  readonly suppressRouterSideProcessing: boolean;
  readonly robustness: number;
  readonly queryIntervalCode: number;
  readonly sources: readonly string[];
}

/** A multicast address record (RFC 3810, 5.2.3). */
export interface MldRecord {
  readonly recordType: number;
  readonly multicastAddress: string;
  readonly sources: readonly string[];
  readonly auxiliaryData: Uint8Array;
}

/** Reads what follows an MLDv1 message's checksum. */
export function readMldMessage(bytes: Uint8Array, at: number, end: number): MldMessage {
  need("MLD", at, MLD_SIZE, end);
  return { maximumResponseCode: readBe16(bytes, at), multicastAddress: ipv6AddressAt(bytes, at + 4) };
}

/** Whether the query at `at` has the part that MLDv2 adds (RFC 3810, 8.1). */
export function isMldV2Query(at: number, end: number): boolean {
  return end - at >= MLD_SIZE + QUERY_EXTENSION_SIZE;
}

export function readMldQuery(bytes: Uint8Array, at: number, end: number): MldQuery {
  need("MLDv2 query", at, MLD_SIZE + QUERY_EXTENSION_SIZE, end);
  const extension = at + MLD_SIZE;
  const flags = bytes[extension] as number;
  return {
    ...readMldMessage(bytes, at, end),
    suppressRouterSideProcessing: (flags & SUPPRESS) !== 0,
    robustness: flags & 7,
    queryIntervalCode: bytes[extension + 1] as number,
    sources: readAddresses(bytes, extension + QUERY_EXTENSION_SIZE, readBe16(bytes, extension + 2), end),
  };
}

export function readMldRecords(bytes: Uint8Array, at: number, end: number): MldRecord[] {
  need("MLDv2 report", at, 4, end);
  const count = readBe16(bytes, at + 2);
  const records: MldRecord[] = [];
  let next = at + 4;
  for (let left = count; left > 0; left--) {
    need("MLDv2 record", next, RECORD_SIZE, end);
    const sources = readAddresses(bytes, next + RECORD_SIZE, readBe16(bytes, next + 2), end);
    const auxiliary = next + RECORD_SIZE + sources.length * ADDRESS_SIZE;
    const auxiliaryLength = (bytes[next + 1] as number) * 4;
    need("MLDv2 auxiliary data", auxiliary, auxiliaryLength, end);
    records.push({
      recordType: bytes[next] as number,
      multicastAddress: ipv6AddressAt(bytes, next + 4),
      sources,
      auxiliaryData: bytes.subarray(auxiliary, auxiliary + auxiliaryLength),
    });
    next = auxiliary + auxiliaryLength;
  }
  return records;
}

function readAddresses(bytes: Uint8Array, start: number, count: number, end: number): string[] {
  need("MLD sources", start, count * ADDRESS_SIZE, end);
  return Array.from({ length: count }, (_, index) => ipv6AddressAt(bytes, start + index * ADDRESS_SIZE));
}

export function mldMessageSize(): number {
  return MLD_SIZE;
}

export function mldQuerySize({ sources }: Pick<MldQuery, "sources">): number {
  return MLD_SIZE + QUERY_EXTENSION_SIZE + sources.length * ADDRESS_SIZE;
}

export function mldRecordsSize(records: readonly MldRecord[]): number {
  return records.reduce((sum, record) => sum + recordSize(record), 4);
}

function recordSize({ sources, auxiliaryData }: MldRecord): number {
  return RECORD_SIZE + sources.length * ADDRESS_SIZE + ((auxiliaryData.length + 3) & ~3);
}

export function writeMldMessage(value: MldMessage, into: Uint8Array, at: number): void {
  writeBe16(into, at, value.maximumResponseCode);
  writeBe16(into, at + 2, 0);
  writeIpv6Address(value.multicastAddress, into, at + 4);
}

export function writeMldQuery(value: MldQuery, into: Uint8Array, at: number): void {
  writeMldMessage(value, into, at);
  const extension = at + MLD_SIZE;
  into[extension] = (value.suppressRouterSideProcessing ? SUPPRESS : 0) | (value.robustness & 7);
  into[extension + 1] = value.queryIntervalCode;
  writeBe16(into, extension + 2, value.sources.length);
  writeAddresses(value.sources, into, extension + QUERY_EXTENSION_SIZE);
}

export function writeMldRecords(records: readonly MldRecord[], into: Uint8Array, at: number): void {
  writeBe16(into, at, 0);
  writeBe16(into, at + 2, records.length);
  let next = at + 4;
  for (const record of records) {
    const end = next + recordSize(record);
    into[next] = record.recordType;
    into[next + 1] = (record.auxiliaryData.length + 3) >>> 2;
    writeBe16(into, next + 2, record.sources.length);
    writeIpv6Address(record.multicastAddress, into, next + 4);
    const auxiliary = writeAddresses(record.sources, into, next + RECORD_SIZE);
    into.fill(0, auxiliary, end);
    into.set(record.auxiliaryData, auxiliary);
    next = end;
  }
}

function writeAddresses(addresses: readonly string[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const address of addresses) {
    writeIpv6Address(address, into, at);
    at += ADDRESS_SIZE;
  }
  return at;
}
