import { usageError } from "../../../errors.js";
import { LINKTYPE_ETHERNET, linkTypeName } from "../../../wire/file/linktype.js";
import { PCAP_FILE_HEADER_SIZE, writePcapFileHeader } from "../../../wire/file/pcap/file-header.js";
import {
  PCAP_RECORD_HEADER_SIZE,
  pcapRecordEnd,
  writePcapRecordHeader,
} from "../../../wire/file/pcap/record-header.js";
import { RingBatch } from "../../live/ring-batch.js";
import { packRecords } from "../../live/ring-to-pcap.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";
import type { CaptureWriter } from "./capture-writer.js";
import { copyBytes } from "./copy-bytes.js";
import type { OutputOptions } from "./open-output.js";
import { RecordOutput } from "./record-output.js";

const LATEST = 0xffff_ffff;

/**
 * Writes a pcap file, which has one link type and doesn't say by which interface a packet came.
 * @hideconstructor
 */
export class PcapWriter implements CaptureWriter {
  readonly format = "pcap";
  readonly #output: RecordOutput;
  readonly #nanoseconds: boolean;
  readonly #path: string;
  /** Refilled for each part of a ring's block. */
  readonly #records = { start: 0, end: 0, packets: 0 };
  #first: CaptureInterface | undefined;

  /**
   * Creates a pcap file, or truncates an existing one.
   * @param nanoseconds whether timestamps are in nanoseconds; otherwise they are in microseconds
   */
  constructor(
    path: string,
    { nanoseconds, gzip, ...output }: { nanoseconds: boolean; gzip: boolean } & OutputOptions,
  ) {
    this.#path = path;
    this.#nanoseconds = nanoseconds;
    this.#output = new RecordOutput(gzip, output);
    this.#output.open(path);
  }

  get packets(): number {
    return this.#output.packets;
  }

  get size(): number {
    return this.#output.size;
  }

  addInterface(captureInterface: CaptureInterface): void {
    if (!this.#first) {
      this.#first = captureInterface;
      this.#writeHeader(captureInterface);
    } else if (captureInterface.linkType !== this.#first.linkType)
      throw usageError(
        `write ${this.#path}`,
        `pcap holds one link type, and there are ${nameOf(this.#first)} and ${nameOf(captureInterface)}`,
        "write pcapng: give the file a name that ends in .pcapng",
      );
  }

  #writeHeader({ linkType, snapLength }: CaptureInterface): void {
    const start = this.#output.reserve(PCAP_FILE_HEADER_SIZE, false);
    writePcapFileHeader({ nanoseconds: this.#nanoseconds, snapLength, linkType }, this.#output.bytes, start);
    // Write the header now, so that the file is a valid capture file even if no packet arrives.
    this.#output.flush();
  }

  writePacket(packet: Packet): void {
    const { capturedLength } = packet;
    const start = this.#output.reserve(PCAP_RECORD_HEADER_SIZE + capturedLength, true);
    const { bytes } = this.#output;
    writePcapRecordHeader(
      bytes,
      start,
      Math.min(Math.max(packet.seconds, 0), LATEST),
      this.#nanoseconds ? packet.nanoseconds : Math.floor(packet.nanoseconds / 1000),
      capturedLength,
      packet.length,
    );
    copyBytes(packet.bytes, packet.start, capturedLength, bytes, start + PCAP_RECORD_HEADER_SIZE);
  }

  write(batch: PacketBatch): number {
    const before = this.packets;
    if (batch instanceof RingBatch && this.#output.isDirect) this.#writeRing(batch);
    else while (batch.next()) this.writePacket(batch.packet);
    return this.packets - before;
  }

  /**
   * Writes a batch from the ring's own memory, where its packets are made into records of this file without copying.
   */
  #writeRing(batch: RingBatch): void {
    const records = this.#records;
    const fraction = this.#nanoseconds ? "nanoseconds" : "microseconds";
    while (packRecords(batch, fraction, records))
      this.#output.writeThrough(batch.bytes, records.start, records.end, records.packets, pcapRecordEnd);
  }

  switchTo(path: string): void {
    this.#output.open(path);
    if (this.#first) this.#writeHeader(this.#first);
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
    // A file without any interface gets the link type of Ethernet: without a header it would not be a capture file.
    if (this.#output.isOpen && !this.#first)
      this.#writeHeader({ name: undefined, linkType: LINKTYPE_ETHERNET, snapLength: 0 });
    this.#output.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function nameOf({ linkType }: CaptureInterface): string {
  return linkTypeName(linkType) ?? `link type ${linkType}`;
}
