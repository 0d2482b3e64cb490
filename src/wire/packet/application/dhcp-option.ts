import { decodeString, encodeString, unwritable } from "../../bytes.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";

const PAD = 0;
const END = 255;

/** RFC 2132, 9.6. */
const DHCP_MESSAGE_TYPE = 53;

/** How the data of an option are to be understood. */
type Format = "address" | "addresses" | "integer8" | "integer16" | "integer32" | "text" | "codes";

/** By code (RFC 2132). */
const formats: Readonly<Record<number, Format>> = {
  1: "address", // subnet mask
  3: "addresses", // routers
  4: "addresses", // time servers
  6: "addresses", // domain name servers
  7: "addresses", // log servers
  12: "text", // host name
  14: "text", // merit dump file
  15: "text", // domain name
  17: "text", // root path
  18: "text", // extensions path
  23: "integer8", // default time-to-live
  26: "integer16", // interface MTU
  28: "address", // broadcast address
  40: "text", // NIS domain
  41: "addresses", // NIS servers
  42: "addresses", // NTP servers
  44: "addresses", // NetBIOS name servers
  46: "integer8", // NetBIOS node type
  50: "address", // requested address
  51: "integer32", // lease time, in seconds
  52: "integer8", // overload
  [DHCP_MESSAGE_TYPE]: "integer8",
  54: "address", // server identifier
  55: "codes", // parameter request list
  56: "text", // message
  57: "integer16", // maximum message size
  58: "integer32", // renewal time, in seconds
  59: "integer32", // rebinding time, in seconds
  60: "text", // vendor class identifier
  66: "text", // TFTP server name
  67: "text", // boot file name
};

/** An option of DHCP. Neither padding nor the End option is one; the End option is always written. */
export type DhcpOption =
  | { readonly code: number; readonly format: "address"; readonly address: string }
  | { readonly code: number; readonly format: "addresses"; readonly addresses: readonly string[] }
  | {
      readonly code: number;
      readonly format: "integer8" | "integer16" | "integer32";
      readonly value: number;
    }
  | { readonly code: number; readonly format: "text"; readonly text: string }
  /** Codes of options, as they are asked for. */
  | { readonly code: number; readonly format: "codes"; readonly codes: readonly number[] }
  /** Anything else. With `malformed` its length makes no sense, and `data` is all the rest of the message. */
  | {
      readonly code: number;
      readonly format: "data";
      readonly data: Uint8Array;
      readonly malformed?: true;
    };

/** Reads the options up to the End option, or to the end if there is none; never throws. */
export function readDhcpOptions(bytes: Uint8Array, start: number, end: number): DhcpOption[] {
  const options: DhcpOption[] = [];
  for (let at = start; at < end && bytes[at] !== END; ) {
    const code = bytes[at] as number;
    if (code === PAD) {
      at++;
      continue;
    }
    const next = at + 1 < end ? at + 2 + (bytes[at + 1] as number) : end + 1;
    if (next > end) {
      options.push({ code, format: "data", data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push(readOption(bytes, at + 2, next, code));
    at = next;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, end: number, code: number): DhcpOption {
  const format = formats[code];
  const length = end - at;
  if (format === "address" && length === 4) return { code, format, address: ipv4AddressAt(bytes, at) };
  if (format === "addresses" && length % 4 === 0) {
    const addresses: string[] = [];
    for (let each = at; each < end; each += 4) addresses.push(ipv4AddressAt(bytes, each));
    return { code, format, addresses };
  }
  if (format === "integer8" && length === 1) return { code, format, value: bytes[at] as number };
  if (format === "integer16" && length === 2) return { code, format, value: readBe16(bytes, at) };
  if (format === "integer32" && length === 4) return { code, format, value: readBe32(bytes, at) };
  if (format === "text") return { code, format, text: decodeString(bytes, at, end) };
  if (format === "codes") return { code, format, codes: Array.from(bytes.subarray(at, end)) };
  return { code, format: "data", data: bytes.subarray(at, end) };
}

/** Bytes that {@link writeDhcpOptions} writes. */
export function dhcpOptionsSize(options: readonly DhcpOption[]): number {
  let size = isMalformed(options.at(-1)) ? 0 : 1;
  for (const option of options) size += isMalformed(option) ? 1 + dataSize(option) : 2 + dataSize(option);
  return size;
}

function isMalformed(option: DhcpOption | undefined): boolean {
  return option?.format === "data" && option.malformed === true;
}

function dataSize(option: DhcpOption): number {
  switch (option.format) {
    case "address":
    case "integer32":
      return 4;
    case "addresses":
      return 4 * option.addresses.length;
    case "integer8":
      return 1;
    case "integer16":
      return 2;
    case "text":
      return encodeString(option.text).length;
    case "codes":
      return option.codes.length;
    case "data":
      return option.data.length;
  }
}

/**
 * Writes the options and the End option, unless the last is malformed, as nothing can follow it.
 * @returns the offset after them
 * @throws PromiscError `usage` if one takes more than 255 bytes
 */
export function writeDhcpOptions(options: readonly DhcpOption[], into: Uint8Array, start: number): number {
  let at = start;
  for (const option of options) {
    into[at++] = option.code;
    const size = dataSize(option);
    if (!isMalformed(option)) {
      if (size > 255) throw unwritable("DHCP option", `${size} bytes, at most 255`);
      into[at++] = size;
    }
    writeData(option, into, at);
    at += size;
  }
  if (isMalformed(options.at(-1))) return at;
  into[at] = END;
  return at + 1;
}

function writeData(option: DhcpOption, into: Uint8Array, at: number): void {
  switch (option.format) {
    case "address":
      writeIpv4Address(option.address, into, at);
      break;
    case "addresses":
      option.addresses.forEach((address, index) => {
        writeIpv4Address(address, into, at + 4 * index);
      });
      break;
    case "integer8":
      into[at] = option.value;
      break;
    case "integer16":
      writeBe16(into, at, option.value);
      break;
    case "integer32":
      writeBe32(into, at, option.value);
      break;
    case "text":
      into.set(encodeString(option.text), at);
      break;
    case "codes":
      into.set(option.codes, at);
      break;
    case "data":
      into.set(option.data, at);
  }
}
