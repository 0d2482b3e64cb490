import type { PromiscError } from "../../../errors.js";
import type { InterfaceDescription } from "../../../wire/file/pcapng/interface-description.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../packet.js";

/** An interface as a capture file describes it. */
export interface FileInterface extends CaptureInterface {
  /** The options of its interface description block; undefined for pcap. */
  readonly description: InterfaceDescription | undefined;
}

/** A batch of the complete packets of a capture file that are in memory. */
export interface FileBatch extends PacketBatch {
  /** Offset in `packet.bytes` at which the packet's record or block begins, including its header. */
  readonly recordStart: number;
  readonly recordEnd: number;
}

/** Decodes the records of one file format from a buffer. */
export interface Decoder extends FileBatch {
  readonly interfaces: readonly FileInterface[];
  /** The number of unconsumed bytes that the buffer must hold before the next record is complete. */
  readonly needed: number;
  /** The error found in the bytes. Nothing after it is decoded. */
  readonly failure: PromiscError | undefined;
  /** Skips everything before the next packet. Returns whether a complete packet is in memory. */
  ready(): boolean;
  /** Describes what is missing when the file ends after `available` bytes of a record. */
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
