import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size of a UDP header (RFC 768). */
export const UDP_SIZE = 8;

/** Where the checksum is, in bytes from the header's start. */
export const UDP_CHECKSUM = 6;

export const field = { sourcePort: 0, destinationPort: 2, length: 4, checksum: UDP_CHECKSUM } as const;

export interface Udp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Of header and payload, in bytes; 0 in a jumbogram (RFC 2675). */
  readonly length: number;
  /** 0 where the sender made none. */
  readonly checksum: number;
}

export function readUdp(bytes: Uint8Array, at = 0, end = bytes.length): Udp {
  need("UDP", at, UDP_SIZE, end);
  return {
    sourcePort: readBe16(bytes, at + field.sourcePort),
    destinationPort: readBe16(bytes, at + field.destinationPort),
    length: readBe16(bytes, at + field.length),
    checksum: readBe16(bytes, at + field.checksum),
  };
}

/** @returns the offset after it */
export function writeUdp(value: Udp, into: Uint8Array, at = 0): number {
  writeBe16(into, at + field.sourcePort, value.sourcePort);
  writeBe16(into, at + field.destinationPort, value.destinationPort);
  writeBe16(into, at + field.length, value.length);
  writeBe16(into, at + field.checksum, value.checksum);
  return at + UDP_SIZE;
}
