import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";

// Kinds of options (https://www.iana.org/assignments/tcp-parameters). The first two have no length field.
export const END = 0;
export const NO_OPERATION = 1;
export const MAXIMUM_SEGMENT_SIZE = 2;
export const WINDOW_SCALE = 3;
export const SACK_PERMITTED = 4;
export const SACK = 5;
export const ECHO = 6;
export const ECHO_REPLY = 7;
export const TIMESTAMPS = 8;
export const CC = 11;
export const CC_NEW = 12;
export const CC_ECHO = 13;
export const MD5_SIGNATURE = 19;
export const SCPS_CAPABILITIES = 20;
export const USER_TIMEOUT = 28;
export const AUTHENTICATION = 29;
export const MULTIPATH = 30;
export const FAST_OPEN = 34;
export const EXPERIMENT = 254;

/** The size of an option's kind and length, before its data, in bytes. */
export const OPTION_HEADER_SIZE = 2;

// Offsets in the data of options with several fields, in bytes, and the size of the data.
/** RFC 7323, 3.2. */
export const timestamps = { value: 0, echoReply: 4, size: 8 } as const;
/** A block of SACK (RFC 2018, 3). */
export const sackBlock = { left: 0, right: 4, size: 8 } as const;
/** CCSDS 714.0-B-2, 3.2.3. */
export const scps = { capabilities: 0, connection: 1, size: 2 } as const;
/** RFC 5925, 2.2. */
export const authentication = { keyId: 0, nextKeyId: 1, mac: 2 } as const;

// The size in bytes of the data of options with one field.
export const MAXIMUM_SEGMENT_SIZE_SIZE = 2;
export const WINDOW_SCALE_SIZE = 1;
/** The size of a connection count or echo: ECHO and ECHO_REPLY (RFC 1072); CC, CC_NEW and CC_ECHO (RFC 1644). */
export const COUNT_SIZE = 4;
/** RFC 2385, 3. */
export const MD5_SIGNATURE_SIZE = 16;
/** RFC 5482, 3. */
export const USER_TIMEOUT_SIZE = 2;
/** The size of the identifier at the start of the data of EXPERIMENT (RFC 6994, 3). */
export const EXPERIMENT_ID_SIZE = 2;

/** The limits of a FAST_OPEN cookie's length in bytes (RFC 7413, 4.1.1). The length must be even. */
export const shortestCookie = 4;
export const longestCookie = 16;

const FAST_OPEN_EXPERIMENT = 0xf989;

// These functions read the fields of an option at `at` that has a length, without checks.

/** Returns the length of the option in bytes, including its kind and length. */
export function length(bytes: Uint8Array, at: number): number {
  return bytes[at + 1] as number;
}

// These functions read an option's data at `data` without checks.

export function maximumSegmentSize(bytes: Uint8Array, data: number): number {
  return readBe16(bytes, data);
}

export function windowScale(bytes: Uint8Array, data: number): number {
  return bytes[data] as number;
}

export function leftEdge(bytes: Uint8Array, block: number): number {
  return readBe32(bytes, block + sackBlock.left);
}

export function rightEdge(bytes: Uint8Array, block: number): number {
  return readBe32(bytes, block + sackBlock.right);
}

export function timestampValue(bytes: Uint8Array, data: number): number {
  return readBe32(bytes, data + timestamps.value);
}

export function timestampEchoReply(bytes: Uint8Array, data: number): number {
  return readBe32(bytes, data + timestamps.echoReply);
}

/** Returns the data of ECHO, ECHO_REPLY, CC, CC_NEW or CC_ECHO. */
export function count(bytes: Uint8Array, data: number): number {
  return readBe32(bytes, data);
}

/**
 * Returns both fields of a user timeout: the first bit is set if the rest counts minutes rather than seconds (RFC 5482,
 * 3).
 */
export function userTimeout(bytes: Uint8Array, data: number): number {
  return readBe16(bytes, data);
}

/**
 * Reports whether the data of EXPERIMENT are those of FAST_OPEN from before it had a kind of its own (RFC 7413, A).
 * @param size length of the data in bytes
 */
export function isFastOpenExperiment(bytes: Uint8Array, data: number, size: number): boolean {
  return size >= EXPERIMENT_ID_SIZE && readBe16(bytes, data) === FAST_OPEN_EXPERIMENT;
}

/** An option of a TCP header. End of Option List isn't represented: it is written where padding is needed. */
export type TcpOption =
  | { readonly option: "no-operation" | "sack-permitted" }
  | { readonly option: "maximum-segment-size"; readonly maximumSegmentSize: number }
  | { readonly option: "window-scale"; readonly shiftCount: number }
  /** Pairs of sequence numbers: the left edge and the right edge of each block. */
  | { readonly option: "sack"; readonly edges: readonly number[] }
  | { readonly option: "timestamps"; readonly value: number; readonly echoReply: number }
  /** Any other option. If `malformed` is set, its length is invalid, and `data` is the rest of the header. */
  | { readonly option: "other"; readonly kind: number; readonly data: Uint8Array; readonly malformed?: true };

const NONE: readonly TcpOption[] = [];
// One object for all packets, as nearly every packet has this option.
const noOperation: TcpOption = { option: "no-operation" };
const sackPermitted: TcpOption = { option: "sack-permitted" };

/** Reads all options from `start` to `end`. Never throws. */
export function readTcpOptions(bytes: Uint8Array, start: number, end: number): readonly TcpOption[] {
  if (start === end) return NONE;
  const options: TcpOption[] = [];
  for (let at = start; at < end && bytes[at] !== END; ) {
    const kind = bytes[at] as number;
    if (kind === NO_OPERATION) {
      options.push(noOperation);
      at++;
      continue;
    }
    const size = at + 1 < end ? length(bytes, at) : 0;
    if (size < OPTION_HEADER_SIZE || at + size > end) {
      options.push({ option: "other", kind, data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push(readOption(bytes, at, kind, size));
    at += size;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, kind: number, size: number): TcpOption {
  const data = at + OPTION_HEADER_SIZE;
  const dataSize = size - OPTION_HEADER_SIZE;
  if (kind === TIMESTAMPS && dataSize === timestamps.size)
    return {
      option: "timestamps",
      value: timestampValue(bytes, data),
      echoReply: timestampEchoReply(bytes, data),
    };
  if (kind === MAXIMUM_SEGMENT_SIZE && dataSize === MAXIMUM_SEGMENT_SIZE_SIZE)
    return { option: "maximum-segment-size", maximumSegmentSize: maximumSegmentSize(bytes, data) };
  if (kind === WINDOW_SCALE && dataSize === WINDOW_SCALE_SIZE)
    return { option: "window-scale", shiftCount: windowScale(bytes, data) };
  if (kind === SACK_PERMITTED && dataSize === 0) return sackPermitted;
  if (kind === SACK && dataSize % sackBlock.size === 0) {
    const edges: number[] = [];
    for (let block = data; block < at + size; block += sackBlock.size)
      edges.push(leftEdge(bytes, block), rightEdge(bytes, block));
    return { option: "sack", edges };
  }
  return { option: "other", kind, data: bytes.subarray(data, at + size) };
}

/** Returns the number of bytes that {@link writeTcpOptions} writes: a multiple of 4. */
export function tcpOptionsSize(options: readonly TcpOption[]): number {
  let size = 0;
  for (const option of options) size += optionSize(option);
  return (size + 3) & ~3;
}

function optionSize(option: TcpOption): number {
  switch (option.option) {
    case "no-operation":
      return 1;
    case "sack-permitted":
      return OPTION_HEADER_SIZE;
    case "maximum-segment-size":
      return OPTION_HEADER_SIZE + MAXIMUM_SEGMENT_SIZE_SIZE;
    case "window-scale":
      return OPTION_HEADER_SIZE + WINDOW_SCALE_SIZE;
    case "sack":
      return OPTION_HEADER_SIZE + 4 * option.edges.length;
    case "timestamps":
      return OPTION_HEADER_SIZE + timestamps.size;
    case "other":
      return (option.malformed ? 1 : OPTION_HEADER_SIZE) + option.data.length;
  }
}

const kinds = {
  "no-operation": NO_OPERATION,
  "maximum-segment-size": MAXIMUM_SEGMENT_SIZE,
  "window-scale": WINDOW_SCALE,
  "sack-permitted": SACK_PERMITTED,
  sack: SACK,
  timestamps: TIMESTAMPS,
} as const;

/**
 * Writes the options and their padding.
 * @returns the offset after the padding
 */
export function writeTcpOptions(options: readonly TcpOption[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    const size = optionSize(option);
    into[at] = option.option === "other" ? option.kind : kinds[option.option];
    if (option.option === "other" && option.malformed) into.set(option.data, at + 1);
    else if (size > 1) {
      into[at + 1] = size;
      writeOption(option, into, at + OPTION_HEADER_SIZE);
    }
    at += size;
  }
  const end = offset + tcpOptionsSize(options);
  into.fill(END, at, end);
  return end;
}

function writeOption(option: TcpOption, into: Uint8Array, at: number): void {
  switch (option.option) {
    case "maximum-segment-size":
      writeBe16(into, at, option.maximumSegmentSize);
      break;
    case "window-scale":
      into[at] = option.shiftCount;
      break;
    case "sack":
      option.edges.forEach((edge, index) => {
        writeBe32(into, at + 4 * index, edge);
      });
      break;
    case "timestamps":
      writeBe32(into, at + timestamps.value, option.value);
      writeBe32(into, at + timestamps.echoReply, option.echoReply);
      break;
    case "other":
      into.set(option.data, at);
  }
}
