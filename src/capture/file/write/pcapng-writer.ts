import { present } from "../../../present.js";
import {
  type Block,
  INTERFACE_DESCRIPTION_BLOCK,
  SECTION_HEADER_BLOCK,
} from "../../../wire/file/pcapng/block.js";
import {
  type InterfaceDescription,
  type InterfaceDescriptionOptions,
  interfaceDescriptionSize,
  writeInterfaceDescription,
} from "../../../wire/file/pcapng/interface-description.js";
import {
  type InterfaceStatistics,
  interfaceStatisticsSize,
  writeInterfaceStatistics,
} from "../../../wire/file/pcapng/interface-statistics.js";
import { enhancedPacketSize, writeEnhancedPacket } from "../../../wire/file/pcapng/packet-blocks.js";
import { flagsOf } from "../../../wire/file/pcapng/packet-flags.js";
import {
  forgetSectionLength,
  type SectionHeaderOptions,
  sectionHeaderSize,
  writeSectionHeader,
} from "../../../wire/file/pcapng/section-header.js";
import { NANOSECONDS, nanosecondsHigh, nanosecondsLow } from "../../../wire/file/pcapng/timestamp.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";
import type { CaptureWriter } from "./capture-writer.js";
import { copyBytes } from "./copy-bytes.js";
import type { OutputOptions } from "./open-output.js";
import { RecordOutput } from "./record-output.js";

/**
 * Writes a pcapng file: times to the nanosecond, any number of interfaces, statistics, blocks of other files.
 * @hideconstructor
 */
export class PcapngWriter implements CaptureWriter {
  readonly format = "pcapng";
  readonly #output: RecordOutput;
  readonly #section: SectionHeaderOptions;
  /** The section header and the interfaces so far. The next file begins with them too. */
  #head: Uint8Array[] = [];

  /**
   * Creates a pcapng file, or truncates an existing one.
   * @param section contents of the file's section header, such as comments; unused if a section header is copied
   */
  constructor(
    path: string,
    { section, gzip, ...output }: { section: SectionHeaderOptions; gzip: boolean } & OutputOptions,
  ) {
    this.#section = section;
    this.#output = new RecordOutput(gzip, output);
    this.#output.open(path);
  }

  get packets(): number {
    return this.#output.packets;
  }

  get size(): number {
    return this.#output.size;
  }

  /**
   * Adds an interface.
   * @param options further properties of the interface; its name and time unit are added
   */
  addInterface(captureInterface: CaptureInterface, options: InterfaceDescriptionOptions = {}): void {
    this.#beginSection();
    const { name, linkType, snapLength } = captureInterface;
    const description: InterfaceDescription = {
      linkType,
      snapLength,
      options: { ...options, ...present({ name }), timestampResolution: NANOSECONDS },
    };
    const block = new Uint8Array(interfaceDescriptionSize(description));
    writeInterfaceDescription(description, block, 0);
    this.#addHead(block);
    this.#output.flush();
  }

  writePacket(packet: Packet): void {
    const { seconds, nanoseconds, capturedLength } = packet;
    const flags = flagsOf(packet.packetType);
    const start = this.#output.reserve(enhancedPacketSize(capturedLength, flags), true);
    const { bytes } = this.#output;
    const high = nanosecondsHigh(seconds, nanoseconds);
    const low = nanosecondsLow(seconds, nanoseconds);
    const data = writeEnhancedPacket(
      bytes,
      start,
      packet.interfaceId,
      high,
      low,
      capturedLength,
      packet.length,
      flags,
    );
    copyBytes(packet.bytes, packet.start, capturedLength, bytes, data);
  }

  write(batch: PacketBatch): number {
    const before = this.packets;
    while (batch.next()) this.writePacket(batch.packet);
    return this.packets - before;
  }

  /** Writes an interface's packet counts. Times are in nanoseconds since 1970. */
  writeStatistics(statistics: InterfaceStatistics): void {
    const start = this.#output.reserve(interfaceStatisticsSize(statistics), false);
    writeInterfaceStatistics(statistics, this.#output.bytes, start);
  }

  /**
   * Copies a block unchanged, in the byte order of its section. The first one must be a section header. A section's
   * length is removed, because packets may be left out of the copy.
   */
  copyBlock({ type, bytes, start, end }: Block): void {
    if (type !== SECTION_HEADER_BLOCK && type !== INTERFACE_DESCRIPTION_BLOCK) {
      this.#put(bytes, start, end, false);
      return;
    }
    const block = bytes.slice(start, end);
    if (type === SECTION_HEADER_BLOCK) {
      forgetSectionLength(block, 0);
      this.#head = [];
    }
    this.#addHead(block);
  }

  /** Copies a packet's block unchanged. The blocks of its section and interface must have been copied before. */
  copyPacket(bytes: Uint8Array, start: number, end: number): void {
    this.#put(bytes, start, end, true);
  }

  switchTo(path: string): void {
    this.#output.open(path);
    for (const block of this.#head) this.#put(block, 0, block.length, false);
  }

  flush(): void {
    this.#output.flush();
  }

  /** Whether the output is a regular file. Otherwise it may be a pipe, whose reader is waiting. */
  get isRegular(): boolean {
    return this.#output.isRegular;
  }

  drain(signal?: AbortSignal): Promise<void> {
    return this.#output.drain(signal);
  }

  close(): void {
    if (this.#output.isOpen) this.#beginSection();
    this.#output.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #beginSection(): void {
    if (this.#head.length > 0) return;
    const block = new Uint8Array(sectionHeaderSize(this.#section));
    writeSectionHeader(this.#section, block, 0);
    this.#addHead(block);
  }

  #addHead(block: Uint8Array): void {
    this.#head.push(block);
    this.#put(block, 0, block.length, false);
  }

  #put(bytes: Uint8Array, start: number, end: number, isPacket: boolean): void {
    const offset = this.#output.reserve(end - start, isPacket);
    copyBytes(bytes, start, end - start, this.#output.bytes, offset);
  }
}
