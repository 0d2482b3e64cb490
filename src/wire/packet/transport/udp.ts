import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size of a UDP header (RFC 768). */
export const UDP_SIZE = 8;

/** Offsets in bytes from the header's start (RFC 768). */
export const field = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6 } as const;

// Accessors of a header at `at`. They check nothing: the header must be there.

export function sourcePort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.sourcePort);
}

export function destinationPort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.destinationPort);
}

/** Bytes of header and payload; 0 in a jumbogram (RFC 2675). */
export function length(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.length);
}

/** 0 where the sender made none. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

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
    sourcePort: sourcePort(bytes, at),
    destinationPort: destinationPort(bytes, at),
    length: length(bytes, at),
    checksum: checksum(bytes, at),
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
