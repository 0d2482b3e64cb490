import { PromiscError } from "../../../errors.js";
import { malformed } from "../../../wire/bytes.js";
import {
  BLOCK_HEADER_SIZE,
  type Block,
  checkBlockTrailer,
  INTERFACE_DESCRIPTION_BLOCK,
  readBlockLength,
  readBlockType,
  SECTION_HEADER_BLOCK,
} from "../../../wire/file/pcapng/block.js";
import { readInterfaceDescription } from "../../../wire/file/pcapng/interface-description.js";
import { isPacketBlock, type PacketBlock, readPacketBlock } from "../../../wire/file/pcapng/packet-blocks.js";
import { packetTypeOf } from "../../../wire/file/pcapng/packet-flags.js";
import {
  readSectionByteOrder,
  readSectionHeader,
  SECTION_BYTE_ORDER_SIZE,
} from "../../../wire/file/pcapng/section-header.js";
import { TimestampReader } from "../../../wire/file/pcapng/timestamp.js";
import { type Decoder, type FileInterface, newPacket } from "./decoder.js";
import type { ReadBuffer } from "./read-buffer.js";

/** The most interfaces accepted in one file: each takes some memory until the end of the file. */
const MOST_INTERFACES = 1 << 20;

/** Decodes the blocks of a pcapng file. */
export class PcapngDecoder implements Decoder {
  readonly packet;
  readonly interfaces: FileInterface[] = [];
  recordStart = 0;
  recordEnd = 0;
  needed = 0;
  failure: PromiscError | undefined;
  /**
   * Called with each block that isn't a packet when it is passed. The block lies in the read buffer: copy what you want
   * to keep.
   */
  onBlock: ((block: Block) => void) | undefined;
  readonly #buffer: ReadBuffer;
  /** Refilled for each block. */
  readonly #block: Block;
  readonly #packetBlock: PacketBlock = {
    interfaceId: 0,
    timestampHigh: 0,
    timestampLow: 0,
    capturedLength: 0,
    length: 0,
    dataStart: 0,
    flags: 0,
  };
  /**
   * Timestamp readers for the interfaces of the current section, and the index of that section's first interface in
   * {@link interfaces}: pcapng counts interfaces per section.
   */
  #timestamps: TimestampReader[] = [];
  #firstInterface = 0;

  constructor(buffer: ReadBuffer) {
    this.#buffer = buffer;
    this.packet = newPacket(buffer.bytes);
    this.#block = { littleEndian: true, type: 0, bytes: buffer.bytes, start: 0, end: 0 };
  }

  ready(): boolean {
    if (this.failure) return false;
    try {
      while (this.#nextBlock()) {
        if (isPacketBlock(this.#block.type)) return true;
        this.#passOver();
      }
    } catch (error) {
      this.#fail(error);
    }
    return false;
  }

  next(): boolean {
    if (!this.ready()) return false;
    try {
      this.#readPacket();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    return true;
  }

  truncation(available: number): string {
    return `truncated pcapng dump file; tried to read ${this.needed} bytes, only got ${available}`;
  }

  #fail(error: unknown): void {
    if (!(error instanceof PromiscError)) throw error;
    this.failure = error;
  }

  /** Finds the block at the buffer's start. Returns false if it isn't complete. */
  #nextBlock(): boolean {
    const { bytes, start, end } = this.#buffer;
    const block = this.#block;
    const available = end - start;
    this.needed = BLOCK_HEADER_SIZE;
    if (available < BLOCK_HEADER_SIZE) return false;
    block.type = readBlockType(block.littleEndian, bytes, start);
    if (block.type === SECTION_HEADER_BLOCK) {
      this.needed = SECTION_BYTE_ORDER_SIZE;
      if (available < SECTION_BYTE_ORDER_SIZE) return false;
      block.littleEndian = readSectionByteOrder(bytes, start);
    }
    const length = readBlockLength(block.littleEndian, bytes, start);
    this.needed = length;
    if (available < length) return false;
    checkBlockTrailer(block.littleEndian, bytes, start, length);
    block.bytes = bytes;
    block.start = start;
    block.end = start + length;
    return true;
  }

  #passOver(): void {
    const block = this.#block;
    if (block.type === SECTION_HEADER_BLOCK) {
      readSectionHeader(block);
      this.#timestamps = [];
      this.#firstInterface = this.interfaces.length;
    } else if (block.type === INTERFACE_DESCRIPTION_BLOCK) this.#addInterface();
    this.#buffer.start = block.end;
    this.onBlock?.(block);
  }

  #addInterface(): void {
    if (this.interfaces.length === MOST_INTERFACES)
      throw malformed("pcapng", `more than ${MOST_INTERFACES} interfaces`);
    const description = readInterfaceDescription(this.#block);
    const { linkType, snapLength, options } = description;
    this.#timestamps.push(new TimestampReader(options.timestampResolution, options.timestampOffset));
    this.interfaces.push({ name: options.name, linkType, snapLength, description });
  }

  #readPacket(): void {
    const { packet } = this;
    const block = this.#block;
    const read = this.#packetBlock;
    readPacketBlock(block, read);
    const timestamps = this.#timestamps[read.interfaceId];
    if (!timestamps)
      throw malformed(
        "pcapng packet",
        `of interface ${read.interfaceId}, and the section has ${this.#timestamps.length}`,
      );
    timestamps.read(read.timestampHigh, read.timestampLow, packet);
    packet.bytes = block.bytes;
    packet.start = read.dataStart;
    packet.capturedLength = read.capturedLength;
    packet.length = read.length;
    packet.interfaceId = this.#firstInterface + read.interfaceId;
    packet.packetType = packetTypeOf(read.flags);
    this.recordStart = block.start;
    this.recordEnd = block.end;
    this.#buffer.start = block.end;
  }
}
