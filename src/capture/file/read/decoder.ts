import type { PromiscError } from "../../../errors.js";
import type { InterfaceDescription } from "../../../wire/file/pcapng/interface-description.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";

/** An interface as a capture file describes it. */
export interface FileInterface extends CaptureInterface {
  /** What pcapng says of it; undefined for pcap. */
  readonly description: InterfaceDescription | undefined;
}

/** The whole packets of a capture file that are in memory. */
export interface FileBatch extends PacketBatch {
  /** Where in `packet.bytes` the packet's record or block lies, header and all. */
  readonly recordStart: number;
  readonly recordEnd: number;
}

/** Walks a buffer of one format. */
export interface Decoder extends FileBatch {
  readonly interfaces: readonly FileInterface[];
  /** How many unconsumed bytes the buffer must have for the next record, when there was none. */
  readonly needed: number;
  /** What is wrong with the bytes; nothing is decoded after it. */
  readonly failure: PromiscError | undefined;
  /** Passes over what comes before the next packet; whether a whole one is in memory. */
  ready(): boolean;
  /** Says that the file ends after `available` bytes of a record, and what is missing. */
  truncation(available: number): string;
}

export function newPacket(bytes: Uint8Array): Packet {
  return {
    bytes,
    start: 0,
    capturedLength: 0,
    length: 0,
    seconds: 0,
    nanoseconds: 0,
    interfaceId: 0,
    packetType: -1,
  };
}
