import { readU32In } from "../../byte-order.js";
import { malformed, writeU32 } from "../../bytes.js";

// draft-ietf-opsawg-pcapng, section 10.1: block types. A section header's reads alike in both byte orders.
export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION_BLOCK = 1;
export const PACKET_BLOCK = 2;
export const SIMPLE_PACKET_BLOCK = 3;
export const NAME_RESOLUTION_BLOCK = 4;
export const INTERFACE_STATISTICS_BLOCK = 5;
export const ENHANCED_PACKET_BLOCK = 6;

/** Type and total length, before every block's body; the total length once more stands after it. */
const field = { type: 0, length: 4 } as const;
export const BLOCK_HEADER_SIZE = 8;
export const BLOCK_TRAILER_SIZE = 4;
/** A longer block is not believed; libpcap's INITIAL_MAX_BLOCKSIZE. */
const LONGEST_BLOCK = 1 << 24;

/** Bodies and options are padded to four bytes. */
export function pad(length: number): number {
  return (length + 3) & ~3;
}

/** A block as it lies in a buffer; one object is filled anew for each. */
export interface Block {
  littleEndian: boolean;
  type: number;
  bytes: Uint8Array;
  /** Where the block begins, with its type. */
  start: number;
  /** Where it ends, after the second total length. */
  end: number;
}

/** The type of the block whose header is at `offset`, which is known to lie within `bytes`. */
export function readBlockType(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  return readU32In(littleEndian, bytes, offset + field.type);
}

/**
 * The total length of the block whose header is at `offset`, which is known to lie within `bytes`.
 * @throws PromiscError `malformed` for a length that no block can have
 */
export function readBlockLength(littleEndian: boolean, bytes: Uint8Array, offset: number): number {
  const length = readU32In(littleEndian, bytes, offset + field.length);
  if (length < BLOCK_HEADER_SIZE + BLOCK_TRAILER_SIZE || length > LONGEST_BLOCK)
    throw malformed("pcapng block length", `${length} is not between 12 and ${LONGEST_BLOCK}`);
  if (length % 4 !== 0) throw malformed("pcapng block length", `${length} is not a multiple of 4`);
  return length;
}

/** @throws PromiscError `malformed` unless the length after a block that lies within `bytes` is the one before it */
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

/** Writes type and both lengths of a block of `length` bytes, in host byte order; its body is the caller's. */
export function writeBlockFrame(into: Uint8Array, offset: number, type: number, length: number): void {
  writeU32(into, offset + field.type, type);
  writeU32(into, offset + field.length, length);
  writeU32(into, offset + length - BLOCK_TRAILER_SIZE, length);
}
