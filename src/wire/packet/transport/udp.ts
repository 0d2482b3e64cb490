import { need } from "../../bytes.js";
import { readBe16, writeBe16 } from "../../network-order.js";

/** Size of a UDP header in bytes (RFC 768). */
export const UDP_SIZE = 8;

/** Offsets from the header's start, in bytes (RFC 768). */
export const field = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6 } as const;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

/** Returns the source port. */
export function sourcePort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.sourcePort);
}

/** Returns the destination port. */
export function destinationPort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.destinationPort);
}

/** Returns the length of header and payload in bytes; 0 in a jumbogram (RFC 2675). */
export function length(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.length);
}

/** Returns the checksum; 0 if the sender computed none. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/** A UDP header (RFC 768). */
export interface Udp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The length of header and payload in bytes; 0 in a jumbogram (RFC 2675). */
  readonly length: number;
  /** 0 if the sender computed none. */
  readonly checksum: number;
}

/**
 * Reads the UDP header at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated
 */
export function readUdp(bytes: Uint8Array, at = 0, end = bytes.length): Udp {
  need("UDP", at, UDP_SIZE, end);
  return {
    sourcePort: sourcePort(bytes, at),
    destinationPort: destinationPort(bytes, at),
    length: length(bytes, at),
    checksum: checksum(bytes, at),
  };
}

/**
 * Writes a UDP header at `at`, with the checksum in `value`. `into` must have room for {@link UDP_SIZE} bytes.
 * @returns the offset after it
 */
export function writeUdp(value: Udp, into: Uint8Array, at = 0): number {
  writeBe16(into, at + field.sourcePort, value.sourcePort);
  writeBe16(into, at + field.destinationPort, value.destinationPort);
  writeBe16(into, at + field.length, value.length);
  writeBe16(into, at + field.checksum, value.checksum);
  return at + UDP_SIZE;
}
