import { malformed, need, unwritable } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { readTcpOptions, type TcpOption, tcpOptionsSize, writeTcpOptions } from "./tcp-option.js";

export type { TcpOption } from "./tcp-option.js";

/** Size of a TCP header without options in bytes (RFC 9293, 3.1). */
export const TCP_SIZE = 20;
/** The largest size of a header in bytes that its data offset can express. */
const LONGEST = 60;

/** Offsets from the header's start, in bytes (RFC 9293, 3.1). */
export const field = {
  sourcePort: 0,
  destinationPort: 2,
  sequenceNumber: 4,
  acknowledgmentNumber: 8,
  offsetFlags: 12,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
} as const;

// The control bits (RFC 9293, 3.1; CWR and ECE: RFC 3168; AE: RFC 9768). The names begin as in netinet/tcp.h.
export const TH_FIN = 0x001;
export const TH_SYN = 0x002;
export const TH_RST = 0x004;
export const TH_PUSH = 0x008;
export const TH_ACK = 0x010;
export const TH_URG = 0x020;
export const TH_ECE = 0x040;
export const TH_CWR = 0x080;
export const TH_AE = 0x100;
const FLAGS = 0x1ff;

// These functions read the fields of a header at `at` without checks: its first 20 bytes must lie within `bytes`.

/** Returns the source port. */
export function sourcePort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.sourcePort);
}

/** Returns the destination port. */
export function destinationPort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.destinationPort);
}

/** Returns the sequence number, an unsigned 32-bit integer. */
export function sequenceNumber(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.sequenceNumber);
}

/** Returns the acknowledgment number, an unsigned 32-bit integer. It is valid if {@link TH_ACK} is set. */
export function acknowledgmentNumber(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.acknowledgmentNumber);
}

/** Returns the length in bytes of the header at `at`, whose first 13 bytes must be there: 4 times the data offset. */
export function tcpHeaderLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.offsetFlags] as number) >>> 4) * 4;
}

/** Returns the control bits: `TH_*`. */
export function flags(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.offsetFlags) & FLAGS;
}

/** Returns the window in bytes, without the scale that was negotiated (RFC 7323). */
export function window(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.window);
}

/** Returns the segment's checksum. */
export function checksum(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.checksum);
}

/** Returns the urgent pointer. It is valid if {@link TH_URG} is set. */
export function urgentPointer(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.urgentPointer);
}

/** The control bits. */
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

/** A TCP header (RFC 9293, 3.1). */
export interface Tcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgmentNumber: number;
  /** The three bits between the data offset and the control bits. */
  readonly reserved: number;
  readonly flags: TcpFlags;
  readonly window: number;
  readonly checksum: number;
  readonly urgentPointer: number;
  readonly options: readonly TcpOption[];
}

/**
 * Reads the TCP header at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated or its data offset is invalid
 */
export function readTcp(bytes: Uint8Array, at = 0, end = bytes.length): Tcp {
  need("TCP", at, TCP_SIZE, end);
  const length = tcpHeaderLength(bytes, at);
  if (length < TCP_SIZE) throw malformed("TCP", `header length ${length}`);
  need("TCP", at, length, end);
  const bits = flags(bytes, at);
  return {
    sourcePort: sourcePort(bytes, at),
    destinationPort: destinationPort(bytes, at),
    sequenceNumber: sequenceNumber(bytes, at),
    acknowledgmentNumber: acknowledgmentNumber(bytes, at),
    reserved: (readBe16(bytes, at + field.offsetFlags) >>> 9) & 7,
    flags: {
      ae: (bits & TH_AE) !== 0,
      cwr: (bits & TH_CWR) !== 0,
      ece: (bits & TH_ECE) !== 0,
      urg: (bits & TH_URG) !== 0,
      ack: (bits & TH_ACK) !== 0,
      psh: (bits & TH_PUSH) !== 0,
      rst: (bits & TH_RST) !== 0,
      syn: (bits & TH_SYN) !== 0,
      fin: (bits & TH_FIN) !== 0,
    },
    window: window(bytes, at),
    checksum: checksum(bytes, at),
    urgentPointer: urgentPointer(bytes, at),
    options: readTcpOptions(bytes, at + TCP_SIZE, at + length),
  };
}

/** Returns the size in bytes of the header that {@link writeTcp} writes. */
export function tcpSize(value: Pick<Tcp, "options">): number {
  return TCP_SIZE + tcpOptionsSize(value.options);
}

/**
 * Writes a TCP header at `at`, with the checksum in `value`. `into` must have room for `tcpSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if the options take more than 40 bytes
 */
export function writeTcp(value: Tcp, into: Uint8Array, at = 0): number {
  const size = tcpSize(value);
  if (size > LONGEST)
    throw unwritable("TCP options", `${size - TCP_SIZE} bytes, at most ${LONGEST - TCP_SIZE}`);
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

function bitsOf(value: TcpFlags): number {
  return (
    (value.ae ? TH_AE : 0) |
    (value.cwr ? TH_CWR : 0) |
    (value.ece ? TH_ECE : 0) |
    (value.urg ? TH_URG : 0) |
    (value.ack ? TH_ACK : 0) |
    (value.psh ? TH_PUSH : 0) |
    (value.rst ? TH_RST : 0) |
    (value.syn ? TH_SYN : 0) |
    (value.fin ? TH_FIN : 0)
  );
}
