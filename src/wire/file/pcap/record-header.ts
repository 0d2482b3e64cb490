import { readU32In } from "../../byte-order.js";
import { readU32, writeU32 } from "../../bytes.js";
import type { PcapFileHeader } from "./file-header.js";

/** Size of a record's header in the file, pcap-savefile(5). */
export const PCAP_RECORD_HEADER_SIZE = 16;
/** The same in the "modified" format, which adds interface index, protocol and packet type. */
export const PCAP_MODIFIED_RECORD_HEADER_SIZE = 24;

/** Offsets in a record's header. */
export const field = { seconds: 0, fraction: 4, capturedLength: 8, length: 12 } as const;

/** A record header; one object is filled anew for each record. */
export interface PcapRecordHeader {
  /** Since 1970, UTC; below 2³², so until 2106. */
  seconds: number;
  /** Micro- or nanoseconds, as the file's header says. Files with more than a second exist. */
  fraction: number;
  capturedLength: number;
  /** On the wire. */
  length: number;
}

/** Reads a header that is known to lie within `bytes`. */
export function readPcapRecordHeader(
  file: PcapFileHeader,
  bytes: Uint8Array,
  offset: number,
  into: PcapRecordHeader,
): void {
  const { littleEndian, swappedLengths } = file;
  into.seconds = readU32In(littleEndian, bytes, offset + field.seconds);
  into.fraction = readU32In(littleEndian, bytes, offset + field.fraction);
  const captured = readU32In(littleEndian, bytes, offset + field.capturedLength);
  const length = readU32In(littleEndian, bytes, offset + field.length);
  const swapped = swappedLengths === "always" || (swappedLengths === "maybe" && captured > length);
  into.capturedLength = swapped ? length : captured;
  into.length = swapped ? captured : length;
}

/** Writes `PCAP_RECORD_HEADER_SIZE` bytes, in host byte order. */
export function writePcapRecordHeader(
  into: Uint8Array,
  offset: number,
  seconds: number,
  fraction: number,
  capturedLength: number,
  length: number,
): void {
  writeU32(into, offset + field.seconds, seconds);
  writeU32(into, offset + field.fraction, fraction);
  writeU32(into, offset + field.capturedLength, capturedLength);
  writeU32(into, offset + field.length, length);
}

/** Where a record in host byte order ends. */
export function pcapRecordEnd(bytes: Uint8Array, start: number): number {
  return start + PCAP_RECORD_HEADER_SIZE + readU32(bytes, start + field.capturedLength);
}
