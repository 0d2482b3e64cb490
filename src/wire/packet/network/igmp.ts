import { need } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";

/** Size of a message of IGMPv1 and IGMPv2 (RFC 2236, 2). */
const IGMP_SIZE = 8;

const IGMP_MEMBERSHIP_QUERY = 0x11;
const IGMP_V3_REPORT = 0x22;

export const field = { type: 0, responseCode: 1, checksum: 2, group: 4 } as const;
/** What IGMPv3 adds to a query (RFC 9776, 4.1). */
export const query = { flags: 8, interval: 9, sourceCount: 10, sources: 12 } as const;
/** RFC 9776, 4.2. */
export const report = { recordCount: 6, records: 8 } as const;
export const record = { type: 0, auxiliaryLength: 1, sourceCount: 2, group: 4, sources: 8 } as const;

const SUPPRESS = 0x08;

export interface IgmpRecord {
  readonly recordType: number;
  readonly groupAddress: string;
  readonly sources: readonly string[];
  readonly auxiliaryData: Uint8Array;
}

interface Common {
  readonly type: number;
  readonly checksum: number;
}

interface Group extends Common {
  /** In tenths of a second; of IGMPv3 from 128 on a floating-point code. */
  readonly maximumResponseCode: number;
  readonly groupAddress: string;
}

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

export function readIgmp(bytes: Uint8Array, at = 0, end = bytes.length): Igmp {
  need("IGMP", at, IGMP_SIZE, end);
  const type = bytes[at + field.type] as number;
  const checksum = readBe16(bytes, at + field.checksum);
  if (type === IGMP_V3_REPORT)
    return { message: "v3-report", type, checksum, records: readRecords(bytes, at, end) };
  const maximumResponseCode = bytes[at + field.responseCode] as number;
  const groupAddress = ipv4AddressAt(bytes, at + field.group);
  if (type !== IGMP_MEMBERSHIP_QUERY || end - at < query.sources)
    return { message: "group", type, maximumResponseCode, checksum, groupAddress };
  const flags = bytes[at + query.flags] as number;
  return {
    message: "v3-query",
    type,
    maximumResponseCode,
    checksum,
    groupAddress,
    suppressRouterSideProcessing: (flags & SUPPRESS) !== 0,
    robustness: flags & 7,
    queryIntervalCode: bytes[at + query.interval] as number,
    sources: readSources(bytes, at + query.sources, readBe16(bytes, at + query.sourceCount), end),
  };
}

function readSources(bytes: Uint8Array, start: number, count: number, end: number): string[] {
  need("IGMP sources", start, 4 * count, end);
  return Array.from({ length: count }, (_, index) => ipv4AddressAt(bytes, start + 4 * index));
}

function readRecords(bytes: Uint8Array, start: number, end: number): IgmpRecord[] {
  const records: IgmpRecord[] = [];
  let at = start + report.records;
  for (let left = readBe16(bytes, start + report.recordCount); left > 0; left--) {
    need("IGMP record", at, record.sources, end);
    const sources = readSources(bytes, at + record.sources, readBe16(bytes, at + record.sourceCount), end);
    const auxiliary = at + record.sources + 4 * sources.length;
    const auxiliaryLength = 4 * (bytes[at + record.auxiliaryLength] as number);
    need("IGMP auxiliary data", auxiliary, auxiliaryLength, end);
    records.push({
      recordType: bytes[at + record.type] as number,
      groupAddress: ipv4AddressAt(bytes, at + record.group),
      sources,
      auxiliaryData: bytes.subarray(auxiliary, auxiliary + auxiliaryLength),
    });
    at = auxiliary + auxiliaryLength;
  }
  return records;
}

/** Bytes that {@link writeIgmp} writes. */
export function igmpSize(value: Igmp): number {
  if (value.message === "v3-query") return query.sources + 4 * value.sources.length;
  if (value.message === "group") return IGMP_SIZE;
  return value.records.reduce<number>((sum, each) => sum + recordSize(each), report.records);
}

function recordSize({ sources, auxiliaryData }: IgmpRecord): number {
  return record.sources + 4 * sources.length + ((auxiliaryData.length + 3) & ~3);
}

/**
 * Writes the message, its checksum as the value has it.
 * @returns the offset after it
 */
export function writeIgmp(value: Igmp, into: Uint8Array, at = 0): number {
  into[at + field.type] = value.type;
  writeBe16(into, at + field.checksum, value.checksum);
  if (value.message === "v3-report") return writeRecords(value.records, into, at);
  into[at + field.responseCode] = value.maximumResponseCode;
  writeIpv4Address(value.groupAddress, into, at + field.group);
  if (value.message === "group") return at + IGMP_SIZE;
  into[at + query.flags] = (value.suppressRouterSideProcessing ? SUPPRESS : 0) | (value.robustness & 7);
  into[at + query.interval] = value.queryIntervalCode;
  writeBe16(into, at + query.sourceCount, value.sources.length);
  return writeSources(value.sources, into, at + query.sources);
}

function writeSources(sources: readonly string[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const source of sources) {
    writeIpv4Address(source, into, at);
    at += 4;
  }
  return at;
}

function writeRecords(records: readonly IgmpRecord[], into: Uint8Array, start: number): number {
  into[start + field.responseCode] = 0;
  writeBe16(into, start + field.group, 0);
  writeBe16(into, start + report.recordCount, records.length);
  let at = start + report.records;
  for (const each of records) {
    const end = at + recordSize(each);
    into[at + record.type] = each.recordType;
    into[at + record.auxiliaryLength] = (each.auxiliaryData.length + 3) >>> 2;
    writeBe16(into, at + record.sourceCount, each.sources.length);
    writeIpv4Address(each.groupAddress, into, at + record.group);
    const auxiliary = writeSources(each.sources, into, at + record.sources);
    into.fill(0, auxiliary, end);
    into.set(each.auxiliaryData, auxiliary);
    at = end;
  }
  return at;
}
