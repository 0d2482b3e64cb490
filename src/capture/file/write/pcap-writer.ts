import { usageError } from "../../../errors.js";
import { LINKTYPE_ETHERNET, linkTypeName } from "../../../wire/file/linktype.js";
import { PCAP_FILE_HEADER_SIZE, writePcapFileHeader } from "../../../wire/file/pcap/file-header.js";
import {
  PCAP_RECORD_HEADER_SIZE,
  pcapRecordEnd,
  writePcapRecordHeader,
} from "../../../wire/file/pcap/record-header.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";
import type { CaptureWriter } from "./capture-writer.js";
import { copyBytes } from "./copy-bytes.js";
import type { OutputOptions } from "./open-output.js";
import { RecordOutput } from "./record-output.js";

const LATEST = 0xffff_ffff;

/** Writes a pcap file, which knows one link type and no interfaces. */
export class PcapWriter implements CaptureWriter {
  readonly format = "pcap";
  readonly #output: RecordOutput;
  readonly #nanoseconds: boolean;
  readonly #path: string;
  #first: CaptureInterface | undefined;

  /** @param nanoseconds whether times are written to the nanosecond; to the microsecond otherwise */
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
    // So that whoever opens the file finds one, even if no packet comes.
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

  write(batch: PacketBatch): void {
    while (batch.next()) this.writePacket(batch.packet);
  }

  /** Whether {@link writeRecords} may be used. */
  get isDirect(): boolean {
    return this.#output.isDirect;
  }

  /** Writes records of this file's kind from where they lie, in host byte order; `packRecords` makes them. */
  writeRecords(bytes: Uint8Array, start: number, end: number, packets: number): void {
    this.#output.writeThrough(bytes, start, end, packets, pcapRecordEnd);
  }

  switchTo(path: string): void {
    this.#output.open(path);
    if (this.#first) this.#writeHeader(this.#first);
  }

  flush(): void {
    this.#output.flush();
  }

  get isWaiting(): boolean {
    return this.#output.isWaiting;
  }

  abandon(): never {
    this.#output.abandon();
  }

  close(): void {
    // A file for which nobody described an interface says Ethernet, or it would be none.
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
