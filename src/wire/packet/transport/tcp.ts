import { malformed, need, unwritable } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { readTcpOptions, type TcpOption, tcpOptionsSize, writeTcpOptions } from "./tcp-option.js";

/** Size of a TCP header without options (RFC 9293, 3.1). */
const TCP_SIZE = 20;

/** Where the checksum is, in bytes from the header's start. */
export const TCP_CHECKSUM = 16;

export const field = {
  sourcePort: 0,
  destinationPort: 2,
  sequenceNumber: 4,
  acknowledgmentNumber: 8,
  offsetFlags: 12,
  window: 14,
  checksum: TCP_CHECKSUM,
  urgentPointer: 18,
} as const;

/** The control bits (RFC 9293, 3.1; RFC 3168 for CWR and ECE; RFC 9768 for AE). */
export interface TcpFlags {
  readonly ae: boolean;
  readonly cwr: boolean;
  readonly ece: boolean;
  readonly urg: boolean;
  readonly ack: boolean;
  readonly psh: boolean;
  readonly rst: boolean;
  readonly syn: boolean;
  readonly fin: boolean;
}

export interface Tcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgmentNumber: number;
  /** The three bits between data offset and flags. */
  readonly reserved: number;
  readonly flags: TcpFlags;
  readonly window: number;
  readonly checksum: number;
  readonly urgentPointer: number;
  readonly options: readonly TcpOption[];
}

/** Bytes of the header at `at`, whose first 13 must be there: 4 times the data offset. */
export function tcpHeaderLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.offsetFlags] as number) >>> 4) * 4;
}

export function readTcp(bytes: Uint8Array, at = 0, end = bytes.length): Tcp {
  need("TCP", at, TCP_SIZE, end);
  const length = tcpHeaderLength(bytes, at);
  if (length < TCP_SIZE) throw malformed("TCP", `header length ${length}`);
  need("TCP", at, length, end);
  const bits = readBe16(bytes, at + field.offsetFlags);
  return {
    sourcePort: readBe16(bytes, at + field.sourcePort),
    destinationPort: readBe16(bytes, at + field.destinationPort),
    sequenceNumber: readBe32(bytes, at + field.sequenceNumber),
    acknowledgmentNumber: readBe32(bytes, at + field.acknowledgmentNumber),
    reserved: (bits >>> 9) & 7,
    flags: {
      ae: (bits & 0x100) !== 0,
      cwr: (bits & 0x80) !== 0,
      ece: (bits & 0x40) !== 0,
      urg: (bits & 0x20) !== 0,
      ack: (bits & 0x10) !== 0,
      psh: (bits & 0x08) !== 0,
      rst: (bits & 0x04) !== 0,
      syn: (bits & 0x02) !== 0,
      fin: (bits & 0x01) !== 0,
    },
    window: readBe16(bytes, at + field.window),
    checksum: readBe16(bytes, at + field.checksum),
    urgentPointer: readBe16(bytes, at + field.urgentPointer),
    options: readTcpOptions(bytes, at + TCP_SIZE, at + length),
  };
}

/** Bytes of the header that {@link writeTcp} writes. */
export function tcpSize(value: Pick<Tcp, "options">): number {
  return TCP_SIZE + tcpOptionsSize(value.options);
}

/**
 * Writes the header, its checksum as the value has it.
 * @returns the offset after it
 * @throws PromiscError `usage` if the options take more than 40 bytes
 */
export function writeTcp(value: Tcp, into: Uint8Array, at = 0): number {
  const size = tcpSize(value);
  if (size > 60) throw unwritable("TCP options", `${size - TCP_SIZE} bytes, at most 40`);
  writeBe16(into, at + field.sourcePort, value.sourcePort);
  writeBe16(into, at + field.destinationPort, value.destinationPort);
  writeBe32(into, at + field.sequenceNumber, value.sequenceNumber);
  writeBe32(into, at + field.acknowledgmentNumber, value.acknowledgmentNumber);
  writeBe16(into, at + field.offsetFlags, (size << 10) | ((value.reserved & 7) << 9) | bitsOf(value.flags));
  writeBe16(into, at + field.window, value.window);
  writeBe16(into, at + field.checksum, value.checksum);
  writeBe16(into, at + field.urgentPointer, value.urgentPointer);
  return writeTcpOptions(value.options, into, at + TCP_SIZE);
}

function bitsOf(flags: TcpFlags): number {
  return (
    (flags.ae ? 0x100 : 0) |
    (flags.cwr ? 0x80 : 0) |
    (flags.ece ? 0x40 : 0) |
    (flags.urg ? 0x20 : 0) |
    (flags.ack ? 0x10 : 0) |
    (flags.psh ? 0x08 : 0) |
    (flags.rst ? 0x04 : 0) |
    (flags.syn ? 0x02 : 0) |
    (flags.fin ? 0x01 : 0)
  );
}
