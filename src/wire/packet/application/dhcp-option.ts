import { decodeString, encodeString, unwritable } from "../../bytes.js";
import { MAC_SIZE } from "../../hardware-address.js";
import { ipv4AddressAt } from "../../inet-address.js";
import { ARPHRD_ETHER } from "../../kernel/rtnetlink/arphrd.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address } from "../../parse-address.js";

/** Codes of options that have no length field (RFC 2132, 3.1 and 3.2). */
export const PAD = 0;
export const END = 255;

/** Codes of options (RFC 2132). Values that are times are in seconds. */
export const code = {
  subnetMask: 1,
  timeOffset: 2,
  router: 3,
  timeServer: 4,
  nameServer: 5,
  domainNameServer: 6,
  logServer: 7,
  cookieServer: 8,
  lprServer: 9,
  hostName: 12,
  bootFileSize: 13,
  meritDumpFile: 14,
  domainName: 15,
  rootPath: 17,
  extensionsPath: 18,
  ipForwarding: 19,
  defaultTtl: 23,
  interfaceMtu: 26,
  broadcastAddress: 28,
  staticRoute: 33,
  nisDomain: 40,
  nisServers: 41,
  ntpServers: 42,
  vendorSpecific: 43,
  netbiosNameServer: 44,
  netbiosNodeType: 46,
  netbiosScope: 47,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverIdentifier: 54,
  parameterRequestList: 55,
  message: 56,
  maximumMessageSize: 57,
  renewalTime: 58,
  rebindingTime: 59,
  vendorClassIdentifier: 60,
  clientIdentifier: 61,
  tftpServerName: 66,
  bootFileName: 67,
} as const;

// Values of the option `messageType` (RFC 2132, 9.6).
export const DHCPDISCOVER = 1;
export const DHCPOFFER = 2;
export const DHCPREQUEST = 3;
export const DHCPDECLINE = 4;
export const DHCPACK = 5;
export const DHCPNAK = 6;
export const DHCPRELEASE = 7;
export const DHCPINFORM = 8;

/** The size of an option's code and length, before its data, in bytes. */
export const OPTION_HEADER_SIZE = 2;

// These functions read the fields of an option at `at`, which must be neither padding nor the End option, without
// checks.

/** Returns the length of the option's data in bytes. */
export function dataLength(bytes: Uint8Array, at: number): number {
  return bytes[at + 1] as number;
}

/** Returns the offset after the option, or -1 if it exceeds `end`. */
export function optionEnd(bytes: Uint8Array, at: number, end: number): number {
  const data = at + OPTION_HEADER_SIZE;
  if (data > end) return -1;
  const next = data + dataLength(bytes, at);
  return next > end ? -1 : next;
}

/** Offsets in the data of a client identifier that contains a hardware address (RFC 2132, 9.14). */
export const clientIdentifier = { hardwareType: 0, identifier: 1 } as const;

/**
 * Reports whether the data of a client identifier contain an Ethernet address.
 * @param data offset of the option's data
 * @param length length of the option's data in bytes
 */
export function isEthernetClient(bytes: Uint8Array, data: number, length: number): boolean {
  return (
    length === clientIdentifier.identifier + MAC_SIZE &&
    bytes[data + clientIdentifier.hardwareType] === ARPHRD_ETHER
  );
}

/** The format of an option's data. */
type Format = "address" | "addresses" | "integer8" | "integer16" | "integer32" | "text" | "codes";

const formats: Readonly<Record<number, Format>> = {
  [code.subnetMask]: "address",
  [code.router]: "addresses",
  [code.timeServer]: "addresses",
  [code.domainNameServer]: "addresses",
  [code.logServer]: "addresses",
  [code.hostName]: "text",
  [code.meritDumpFile]: "text",
  [code.domainName]: "text",
  [code.rootPath]: "text",
  [code.extensionsPath]: "text",
  [code.defaultTtl]: "integer8",
  [code.interfaceMtu]: "integer16",
  [code.broadcastAddress]: "address",
  [code.nisDomain]: "text",
  [code.nisServers]: "addresses",
  [code.ntpServers]: "addresses",
  [code.netbiosNameServer]: "addresses",
  [code.netbiosNodeType]: "integer8",
  [code.requestedAddress]: "address",
  [code.leaseTime]: "integer32",
  [code.overload]: "integer8",
  [code.messageType]: "integer8",
  [code.serverIdentifier]: "address",
  [code.parameterRequestList]: "codes",
  [code.message]: "text",
  [code.maximumMessageSize]: "integer16",
  [code.renewalTime]: "integer32",
  [code.rebindingTime]: "integer32",
  [code.vendorClassIdentifier]: "text",
  [code.tftpServerName]: "text",
  [code.bootFileName]: "text",
};

/** An option of DHCP. Padding and the End option aren't represented; the End option is always written. */
export type DhcpOption =
  | { readonly code: number; readonly format: "address"; readonly address: string }
  | { readonly code: number; readonly format: "addresses"; readonly addresses: readonly string[] }
  | {
      readonly code: number;
      readonly format: "integer8" | "integer16" | "integer32";
      readonly value: number;
    }
  | { readonly code: number; readonly format: "text"; readonly text: string }
  /** The codes of requested options. */
  | { readonly code: number; readonly format: "codes"; readonly codes: readonly number[] }
  /** Any other option. If `malformed` is set, its length is invalid, and `data` is the rest of the message. */
  | {
      readonly code: number;
      readonly format: "data";
      readonly data: Uint8Array;
      readonly malformed?: true;
    };

/** Reads the options from `start` to the End option, or to `end` if there is none. Never throws. */
export function readDhcpOptions(bytes: Uint8Array, start: number, end: number): DhcpOption[] {
  const options: DhcpOption[] = [];
  for (let at = start; at < end && bytes[at] !== END; ) {
    const code = bytes[at] as number;
    if (code === PAD) {
      at++;
      continue;
    }
    const next = optionEnd(bytes, at, end);
    if (next < 0) {
      options.push({ code, format: "data", data: bytes.subarray(at + 1, end), malformed: true });
      break;
    }
    options.push(readOption(bytes, at + OPTION_HEADER_SIZE, next, code));
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

/** Returns the number of bytes that {@link writeDhcpOptions} writes. */
export function dhcpOptionsSize(options: readonly DhcpOption[]): number {
  let size = isMalformed(options.at(-1)) ? 0 : 1;
  for (const option of options) size += (isMalformed(option) ? 1 : OPTION_HEADER_SIZE) + dataSize(option);
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
 * Writes the options and the End option, which is omitted if the last option is malformed, as nothing can follow it.
 * @returns the offset after them
 * @throws PromiscError `usage` if the data of an option have more than 255 bytes, or an address is invalid
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
