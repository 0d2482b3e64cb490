import type { PromiscError } from "../../../errors.js";
import { malformed } from "../../../wire/bytes.js";
import { longestPacket } from "../../../wire/file/linktype.js";
import {
  PCAP_FILE_HEADER_SIZE,
  type PcapFileHeader,
  readPcapFileHeader,
} from "../../../wire/file/pcap/file-header.js";
import {
  PCAP_MODIFIED_RECORD_HEADER_SIZE,
  PCAP_RECORD_HEADER_SIZE,
  readPcapRecordHeader,
} from "../../../wire/file/pcap/record-header.js";
import { type Decoder, type FileInterface, newPacket } from "./decoder.js";
import type { ReadBuffer } from "./read-buffer.js";

/** Decodes the records of a pcap file. */
export class PcapDecoder implements Decoder {
  readonly packet;
  readonly interfaces: readonly FileInterface[];
  recordStart = 0;
  recordEnd = 0;
  needed = 0;
  failure: PromiscError | undefined;
  readonly #buffer: ReadBuffer;
  readonly #file: PcapFileHeader;
  readonly #headerSize: number;
  readonly #longest: number;
  readonly #header = { seconds: 0, fraction: 0, capturedLength: 0, length: 0 };

  /** @param buffer a buffer that holds the whole file header, which is consumed */
  constructor(buffer: ReadBuffer) {
    this.#buffer = buffer;
    this.packet = newPacket(buffer.bytes);
    this.#file = readPcapFileHeader(buffer.bytes, buffer.start, buffer.end);
    const { linkType, snapLength, modified } = this.#file;
    buffer.start += PCAP_FILE_HEADER_SIZE;
    this.#headerSize = modified ? PCAP_MODIFIED_RECORD_HEADER_SIZE : PCAP_RECORD_HEADER_SIZE;
    this.#longest = longestPacket(linkType);
    this.interfaces = [{ name: undefined, linkType, snapLength, description: undefined }];
  }

  /** Whether the file's timestamps are in nanoseconds; otherwise they are in microseconds. */
  get nanoseconds(): boolean {
    return this.#file.nanoseconds;
  }

  ready(): boolean {
    const { bytes, start, end } = this.#buffer;
    if (this.failure) return false;
    if (end - start < this.#headerSize) {
      this.needed = this.#headerSize;
      return false;
    }
    readPcapRecordHeader(this.#file, bytes, start, this.#header);
    const { capturedLength } = this.#header;
    if (capturedLength > this.#longest) {
      this.failure = malformed(
        "pcap record header",
        `invalid packet capture length ${capturedLength}, bigger than maximum of ${this.#longest}`,
      );
      return false;
    }
    this.needed = this.#headerSize + capturedLength;
    return end - start >= this.needed;
  }

  next(): boolean {
    if (!this.ready()) return false;
    const { packet } = this;
    const { bytes, start } = this.#buffer;
    const { seconds, fraction, capturedLength, length } = this.#header;
    packet.bytes = bytes;
    packet.start = start + this.#headerSize;
    packet.capturedLength = capturedLength;
    packet.length = length;
    packet.seconds = seconds;
    packet.nanoseconds = this.#file.nanoseconds ? fraction : fraction * 1000;
    if (packet.nanoseconds >= 1e9) carry(packet);
    this.recordStart = start;
    this.recordEnd = start + this.needed;
    this.#buffer.start = this.recordEnd;
    return true;
  }

  truncation(available: number): string {
    const header = this.#headerSize;
    return available < header
      ? `truncated dump file; tried to read ${header} header bytes, only got ${available}`
      : `truncated dump file; tried to read ${this.needed - header} captured bytes, only got ${available - header}`;
  }
}

/** Carries whole seconds over: some programs write fractions of a second or more. */
function carry(packet: { seconds: number; nanoseconds: number }): void {
  const seconds = Math.floor(packet.nanoseconds / 1e9);
  packet.seconds += seconds;
  packet.nanoseconds -= seconds * 1e9;
}
