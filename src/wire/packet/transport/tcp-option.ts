import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";

// RFC 9293, 3.2; RFC 7323; RFC 2018.
const END = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** An option of a TCP header. The End of Option List isn't one: it is written where the options need padding. */
export type TcpOption =
  | { readonly option: "no-operation" | "sack-permitted" }
  | { readonly option: "maximum-segment-size"; readonly maximumSegmentSize: number }
  | { readonly option: "window-scale"; readonly shiftCount: number }
  /** Sequence numbers in pairs: the left edge and the right edge of each block. */
  | { readonly option: "sack"; readonly edges: readonly number[] }
  | { readonly option: "timestamps"; readonly value: number; readonly echoReply: number }
  /** Anything else. With `malformed` its length makes no sense, and `data` is all the rest of the header. */
  | { readonly option: "other"; readonly kind: number; readonly data: Uint8Array; readonly malformed?: true };

const NONE: readonly TcpOption[] = [];
// The same for each packet, as nearly every one has them.
const noOperation: TcpOption = { option: "no-operation" };
const sackPermitted: TcpOption = { option: "sack-permitted" };

/** Reads all options; never throws. */
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
    const length = at + 1 < end ? (bytes[at + 1] as number) : 0;
    if (length < 2 || at + length > end) {
      options.push({ option: "other", kind, data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push(readOption(bytes, at, kind, length));
    at += length;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, kind: number, length: number): TcpOption {
  if (kind === TIMESTAMPS && length === 10)
    return { option: "timestamps", value: readBe32(bytes, at + 2), echoReply: readBe32(bytes, at + 6) };
  if (kind === MAXIMUM_SEGMENT_SIZE && length === 4)
    return { option: "maximum-segment-size", maximumSegmentSize: readBe16(bytes, at + 2) };
  if (kind === WINDOW_SCALE && length === 3)
    return { option: "window-scale", shiftCount: bytes[at + 2] as number };
  if (kind === SACK_PERMITTED && length === 2) return sackPermitted;
  if (kind === SACK && length % 8 === 2) {
    const edges: number[] = [];
    for (let edge = at + 2; edge < at + length; edge += 4) edges.push(readBe32(bytes, edge));
    return { option: "sack", edges };
  }
  return { option: "other", kind, data: bytes.subarray(at + 2, at + length) };
}

/** Bytes that {@link writeTcpOptions} writes: a multiple of 4. */
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
      return 2;
    case "maximum-segment-size":
      return 4;
    case "window-scale":
      return 3;
    case "sack":
      return 2 + 4 * option.edges.length;
    case "timestamps":
      return 10;
    case "other":
      return (option.malformed ? 1 : 2) + option.data.length;
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

/** @returns the offset after them and their padding */
export function writeTcpOptions(options: readonly TcpOption[], into: Uint8Array, offset: number): number {
  let at = offset;
  for (const option of options) {
    const size = optionSize(option);
    into[at] = option.option === "other" ? option.kind : kinds[option.option];
    if (option.option === "other" && option.malformed) into.set(option.data, at + 1);
    else if (size > 1) {
      into[at + 1] = size;
      writeOption(option, into, at + 2);
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
      writeBe32(into, at, option.value);
      writeBe32(into, at + 4, option.echoReply);
      break;
    case "other":
      into.set(option.data, at);
  }
}
