import { readU32In } from "../../byte-order.js";
import { readU32, writeU32 } from "../../bytes.js";
import type { PcapFileHeader } from "./file-header.js";

/** Size of a record header in bytes (pcap-savefile(5)). */
export const PCAP_RECORD_HEADER_SIZE = 16;
/** Size of a record header in the "modified" format, which adds interface index, protocol and packet type. */
export const PCAP_MODIFIED_RECORD_HEADER_SIZE = 24;

/** Offsets in a record header, in bytes. */
export const field = { seconds: 0, fraction: 4, capturedLength: 8, length: 12 } as const;

/** The fields of a record header. One object is refilled for each record. */
export interface PcapRecordHeader {
  /** Seconds since 1970, UTC. Below 2³², which lasts until 2106. */
  seconds: number;
  /** Microseconds or nanoseconds, depending on the file header. Some files contain values of a second or more. */
  fraction: number;
  capturedLength: number;
  /** The number of bytes on the wire. */
  length: number;
}

/** Reads a record header. It must lie within `bytes`. */
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

/** Writes a record header of `PCAP_RECORD_HEADER_SIZE` bytes, in host byte order. */
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

/** Returns the offset after the record at `start`, which must be in host byte order. */
export function pcapRecordEnd(bytes: Uint8Array, start: number): number {
  return start + PCAP_RECORD_HEADER_SIZE + readU32(bytes, start + field.capturedLength);
}
