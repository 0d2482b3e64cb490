import { readU16In, readU32In } from "../../byte-order.js";
import { malformed, need, writeU16, writeU32 } from "../../bytes.js";
import {
  BLOCK_TRAILER_SIZE,
  type Block,
  readBlockType,
  SECTION_HEADER_BLOCK,
  writeBlockFrame,
} from "./block.js";
import { comments, OptionSet, option, text, type UnknownOption } from "./options.js";

// draft-ietf-opsawg-pcapng, section 4.1
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const field = { magic: 8, major: 12, minor: 14, sectionLength: 16, options: 24 } as const;

const table = {
  comments,
  hardware: option(2, "shb_hardware", text),
  operatingSystem: option(3, "shb_os", text),
  application: option(4, "shb_userappl", text),
} as const;
const options = new OptionSet(table);

/** What a section header says of the file and the program that wrote it. */
export interface SectionHeaderOptions {
  readonly comments?: string[];
  readonly hardware?: string;
  readonly operatingSystem?: string;
  readonly application?: string;
  /** Options of other codes, as they came. */
  readonly other?: UnknownOption[];
}

/** The number of bytes of a section header that {@link readSectionByteOrder} needs. */
export const SECTION_BYTE_ORDER_SIZE = field.major;

/** Reports whether the bytes at `offset` begin a pcapng file. */
export function isPcapng(bytes: Uint8Array, offset: number, end: number): boolean {
  return end - offset >= 4 && readBlockType(true, bytes, offset) === SECTION_HEADER_BLOCK;
}

/**
 * Reads the byte order of the section whose header begins at `offset`. `SECTION_BYTE_ORDER_SIZE` bytes must lie within
 * `bytes`.
 * @returns whether the section is little-endian
 * @throws PromiscError `malformed`
 */
export function readSectionByteOrder(bytes: Uint8Array, offset: number): boolean {
  if (readU32In(true, bytes, offset + field.magic) === BYTE_ORDER_MAGIC) return true;
  if (readU32In(false, bytes, offset + field.magic) === BYTE_ORDER_MAGIC) return false;
  throw malformed("pcapng section header", "unknown byte-order magic");
}

/**
 * Reads a section header block.
 * @throws PromiscError `malformed` if the version is neither 1.0 nor 1.2, which some programs wrote for the same format
 */
export function readSectionHeader({ littleEndian, bytes, start, end }: Block): SectionHeaderOptions {
  need("pcapng section header", start, field.options + BLOCK_TRAILER_SIZE, end);
  const major = readU16In(littleEndian, bytes, start + field.major);
  const minor = readU16In(littleEndian, bytes, start + field.minor);
  if (major !== 1 || (minor !== 0 && minor !== 2))
    throw malformed("pcapng section header", `version ${major}.${minor}`);
  return options.read(
    littleEndian,
    bytes,
    start + field.options,
    end - BLOCK_TRAILER_SIZE,
    "pcapng section header",
  );
}

export function sectionHeaderSize(value: SectionHeaderOptions): number {
  return field.options + options.size(value) + BLOCK_TRAILER_SIZE;
}

/** Writes `sectionHeaderSize(value)` bytes, in host byte order: version 1.0, with an unknown section length. */
export function writeSectionHeader(value: SectionHeaderOptions, into: Uint8Array, offset: number): void {
  writeU32(into, offset + field.magic, BYTE_ORDER_MAGIC);
  writeU16(into, offset + field.major, 1);
  writeU16(into, offset + field.minor, 0);
  forgetSectionLength(into, offset);
  options.write(value, into, offset + field.options);
  writeBlockFrame(into, offset, SECTION_HEADER_BLOCK, sectionHeaderSize(value));
}

/** Sets the length of the section at `offset` to unknown: -1, which is the same in both byte orders. */
export function forgetSectionLength(into: Uint8Array, offset: number): void {
  into.fill(0xff, offset + field.sectionLength, offset + field.options);
}
