import { readU32In } from "../../byte-order.js";
import { malformed, writeU32 } from "../../bytes.js";

// draft-ietf-opsawg-pcapng, section 10.1: block types. That of a section header is the same in both byte orders.
export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION_BLOCK = 1;
export const PACKET_BLOCK = 2;
export const SIMPLE_PACKET_BLOCK = 3;
export const NAME_RESOLUTION_BLOCK = 4;
export const INTERFACE_STATISTICS_BLOCK = 5;
export const ENHANCED_PACKET_BLOCK = 6;

/** Each block begins with its type and total length. The total length is repeated at its end. */
const field = { type: 0, length: 4 } as const;
export const BLOCK_HEADER_SIZE = 8;
export const BLOCK_TRAILER_SIZE = 4;
/** The longest block that is accepted: libpcap's INITIAL_MAX_BLOCKSIZE. */
const LONGEST_BLOCK = 1 << 24;

/** Rounds a length up to a multiple of four bytes, as block bodies and options are padded. */
export function pad(length: number): number {
  return (length + 3) & ~3;
}

/** A block in a buffer. One object is refilled for each block. */
export interface Block {
  littleEndian: boolean;
  type: number;
  bytes: Uint8Array;
  /** Offset of the block's type field. */
  start: number;
  /** Offset after the second total length. */
  end: number;
}

/** Reads the type of the block at `offset`. The block's header must lie within `bytes`. */
export function readBlockType(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  return readU32In(littleEndian, bytes, offset + field.type);
}

/**
 * Reads the total length of the block at `offset`. The block's header must lie within `bytes`.
 * @throws PromiscError `malformed` if no block can have this length
 */
export function readBlockLength(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  const length = readU32In(littleEndian, bytes, offset + field.length);
  if (length < BLOCK_HEADER_SIZE + BLOCK_TRAILER_SIZE || length > LONGEST_BLOCK)
    throw malformed("pcapng block length", `${length} is not between 12 and ${LONGEST_BLOCK}`);
  if (length % 4 !== 0) throw malformed("pcapng block length", `${length} is not a multiple of 4`);
  return length;
}

/**
 * Checks that the total length at a block's end equals the one in its header. The block must lie within `bytes`.
 * @throws PromiscError `malformed` if it doesn't
 */
export function checkBlockTrailer(
  littleEndian: boolean,
  bytes: Uint8Array,
  offset: number,
  length: number,
): void {
  const trailing = readU32In(littleEndian, bytes, offset + length - BLOCK_TRAILER_SIZE);
  if (trailing !== length)
    throw malformed("pcapng block length", `${length} before the block, ${trailing} after it`);
}

/** Writes the type and both lengths of a block of `length` bytes, in host byte order. The caller writes the body. */
export function writeBlockFrame(into: Uint8Array, offset: number, type: number, length: number): void {
  writeU32(into, offset + field.type, type);
  writeU32(into, offset + field.length, length);
  writeU32(into, offset + length - BLOCK_TRAILER_SIZE, length);
}
