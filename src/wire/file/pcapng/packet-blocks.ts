import { readU16In, readU32In } from "../../byte-order.js";
import { need, writeU32 } from "../../bytes.js";
import {
  BLOCK_TRAILER_SIZE,
  type Block,
  ENHANCED_PACKET_BLOCK,
  PACKET_BLOCK,
  pad,
  SIMPLE_PACKET_BLOCK,
  writeBlockFrame,
} from "./block.js";
import {
  OPTION_HEADER_SIZE,
  optionCode,
  optionLength,
  writeOptionHeader,
  writeOptionsEnd,
} from "./options.js";

// draft-ietf-opsawg-pcapng, sections 4.3 (enhanced packet block), 4.4 (simple packet block) and appendix A (the
// obsolete packet block). The obsolete block has a u16 interface and a u16 drop count in place of the enhanced block's
// u32 interface.
const field = {
  interfaceId: 8,
  timestampHigh: 12,
  timestampLow: 16,
  capturedLength: 20,
  length: 24,
  data: 28,
} as const;
const simpleField = { length: 8, data: 12 } as const;

const EPB_FLAGS = 2;
const FLAGS_SIZE = 4;
/** The size of a packet's options if it has flags. */
const OPTIONS_SIZE = OPTION_HEADER_SIZE + FLAGS_SIZE + OPTION_HEADER_SIZE;

/** The contents of a packet block. One object is refilled for each block. */
export interface PacketBlock {
  /** Index of the interface in its section. */
  interfaceId: number;
  /** The upper and lower 32 bits of the timestamp, in the interface's unit. Both are 0 if the block has none. */
  timestampHigh: number;
  timestampLow: number;
  capturedLength: number;
  /** The number of bytes on the wire. */
  length: number;
  /** Offset of the frame in the block's buffer. */
  dataStart: number;
  /** `epb_flags`; 0 if the block has none. */
  flags: number;
}

export function isPacketBlock(type: number): boolean {
  return type === ENHANCED_PACKET_BLOCK || type === SIMPLE_PACKET_BLOCK || type === PACKET_BLOCK;
}

/**
 * Reads a packet block of any of the three types.
 * @throws PromiscError `malformed`
 */
export function readPacketBlock(block: Block, into: PacketBlock): void {
  if (block.type === SIMPLE_PACKET_BLOCK) readSimplePacket(block, into);
  else readTimedPacket(block, into);
}

function readTimedPacket(block: Block, into: PacketBlock): void {
  const { littleEndian, bytes, start, end } = block;
  const path = block.type === PACKET_BLOCK ? "pcapng packet block" : "pcapng enhanced packet";
  const last = end - BLOCK_TRAILER_SIZE;
  need(path, start, field.data, last);
  into.interfaceId =
    block.type === PACKET_BLOCK
      ? readU16In(littleEndian, bytes, start + field.interfaceId)
      : readU32In(littleEndian, bytes, start + field.interfaceId);
  into.timestampHigh = readU32In(littleEndian, bytes, start + field.timestampHigh);
  into.timestampLow = readU32In(littleEndian, bytes, start + field.timestampLow);
  const captured = readU32In(littleEndian, bytes, start + field.capturedLength);
  into.capturedLength = captured;
  into.length = readU32In(littleEndian, bytes, start + field.length);
  into.dataStart = start + field.data;
  need(path, into.dataStart, captured, last);
  const options = into.dataStart + pad(captured);
  into.flags = options < last ? findFlags(littleEndian, bytes, options, last) : 0;
}

/**
 * Reads a simple packet block. Its packet belongs to the section's first interface, and its captured length follows
 * from the block's length.
 */
function readSimplePacket({ littleEndian, bytes, start, end }: Block, into: PacketBlock): void {
  const last = end - BLOCK_TRAILER_SIZE;
  need("pcapng simple packet", start, simpleField.data, last);
  into.interfaceId = 0;
  into.timestampHigh = 0;
  into.timestampLow = 0;
  into.length = readU32In(littleEndian, bytes, start + simpleField.length);
  into.dataStart = start + simpleField.data;
  into.capturedLength = Math.min(into.length, last - into.dataStart);
  into.flags = 0;
}

/** Returns the `epb_flags` in a packet's options. Damaged options are ignored, so that the packet can still be used. */
function findFlags(littleEndian: boolean, bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + OPTION_HEADER_SIZE <= end; ) {
    const value = at + OPTION_HEADER_SIZE;
    const length = optionLength(littleEndian, bytes, at);
    const isFlags = optionCode(littleEndian, bytes, at) === EPB_FLAGS && length === FLAGS_SIZE;
    if (isFlags && value + FLAGS_SIZE <= end) return readU32In(littleEndian, bytes, value);
    at = value + pad(length);
  }
  return 0;
}

/** Returns the size of an enhanced packet block in bytes. Flags other than 0 need an option. */
export function enhancedPacketSize(capturedLength: number, flags: number): number {
  return field.data + pad(capturedLength) + (flags === 0 ? 0 : OPTIONS_SIZE) + BLOCK_TRAILER_SIZE;
}

/**
 * Writes an enhanced packet block, in host byte order, except for the frame, for which it leaves room. Returns the
 * offset at which the caller must write the frame.
 */
export function writeEnhancedPacket(
  into: Uint8Array,
  offset: number,
  interfaceId: number,
  timestampHigh: number,
  timestampLow: number,
  capturedLength: number,
  length: number,
  flags: number,
): number {
  const size = enhancedPacketSize(capturedLength, flags);
  writeU32(into, offset + field.interfaceId, interfaceId);
  writeU32(into, offset + field.timestampHigh, timestampHigh);
  writeU32(into, offset + field.timestampLow, timestampLow);
  writeU32(into, offset + field.capturedLength, capturedLength);
  writeU32(into, offset + field.length, length);
  const data = offset + field.data;
  const options = data + pad(capturedLength);
  for (let at = data + capturedLength; at < options; at++) into[at] = 0;
  if (flags !== 0) {
    const value = writeOptionHeader(into, options, EPB_FLAGS, FLAGS_SIZE);
    writeU32(into, value, flags);
    writeOptionsEnd(into, value + FLAGS_SIZE);
  }
  writeBlockFrame(into, offset, ENHANCED_PACKET_BLOCK, size);
  return data;
}
