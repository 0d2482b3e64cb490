import { decodeString, encodeString, malformed, unwritable } from "../../bytes.js";
import { ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe16s, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv6Address } from "../../parse-address.js";
import { DnsNames, dnsNameSize, writeDnsName } from "./dns-name.js";

// RFC 8415, 21; RFC 3646.
const IA_NA = 3;
const IA_ADDRESS = 5;
const OPTION_REQUEST = 6;
const PREFERENCE = 7;
const ELAPSED_TIME = 8;
const STATUS = 13;
const DNS_SERVERS = 23;
const DOMAIN_LIST = 24;
const IA_PD = 25;
const IA_PREFIX = 26;

const HEADER_SIZE = 4;
const IA_SIZE = 12;
const IA_ADDRESS_SIZE = 24;
const IA_PREFIX_SIZE = 25;

/** The limit of nesting. Options are nested at most twice in reasonable messages: an IA, its address, a status. */
const DEEPEST = 4;

/** An option of DHCPv6. */
export type Dhcp6Option =
  | {
      readonly option: "ia-na" | "ia-pd";
      readonly iaid: number;
      /** In seconds, as is the next field. */
      readonly t1: number;
      readonly t2: number;
      readonly options: readonly Dhcp6Option[];
    }
  | {
      readonly option: "ia-address";
      readonly address: string;
      /** In seconds, as is the next field. */
      readonly preferredLifetime: number;
      readonly validLifetime: number;
      readonly options: readonly Dhcp6Option[];
    }
  | {
      readonly option: "ia-prefix";
      readonly preferredLifetime: number;
      readonly validLifetime: number;
      readonly prefixLength: number;
      readonly prefix: string;
      readonly options: readonly Dhcp6Option[];
    }
  | { readonly option: "option-request"; readonly codes: readonly number[] }
  | { readonly option: "preference"; readonly preference: number }
  /** In hundredths of a second. */
  | { readonly option: "elapsed-time"; readonly elapsed: number }
  | { readonly option: "status"; readonly status: number; readonly message: string }
  | { readonly option: "dns-servers"; readonly addresses: readonly string[] }
  | { readonly option: "domain-list"; readonly names: readonly string[] }
  | { readonly option: "other"; readonly code: number; readonly data: Uint8Array }
  /** The rest of the options, beginning with one whose length is invalid. */
  | { readonly option: "malformed"; readonly data: Uint8Array };

/** Reads all options. Throws only if a domain name is malformed or options are nested too deeply. */
export function readDhcp6Options(bytes: Uint8Array, start: number, end: number, depth = 0): Dhcp6Option[] {
  if (depth > DEEPEST) throw malformed("DHCPv6 options", `nested more than ${DEEPEST} deep`);
  const options: Dhcp6Option[] = [];
  for (let at = start; at < end; ) {
    const content = at + HEADER_SIZE;
    const next = content <= end ? content + readBe16(bytes, at + 2) : end + 1;
    if (next > end) {
      options.push({ option: "malformed", data: bytes.subarray(at, end) });
      break;
    }
    options.push(readOption(bytes, content, next, readBe16(bytes, at), depth));
    at = next;
  }
  return options;
}

function readOption(bytes: Uint8Array, at: number, end: number, code: number, depth: number): Dhcp6Option {
  const length = end - at;
  switch (code) {
    case IA_NA:
    case IA_PD:
      if (length < IA_SIZE) break;
      return {
        option: code === IA_NA ? "ia-na" : "ia-pd",
        iaid: readBe32(bytes, at),
        t1: readBe32(bytes, at + 4),
        t2: readBe32(bytes, at + 8),
        options: readDhcp6Options(bytes, at + IA_SIZE, end, depth + 1),
      };
    case IA_ADDRESS:
      if (length < IA_ADDRESS_SIZE) break;
      return {
        option: "ia-address",
        address: ipv6AddressAt(bytes, at),
        preferredLifetime: readBe32(bytes, at + 16),
        validLifetime: readBe32(bytes, at + 20),
        options: readDhcp6Options(bytes, at + IA_ADDRESS_SIZE, end, depth + 1),
      };
    case IA_PREFIX:
      if (length < IA_PREFIX_SIZE) break;
      return {
        option: "ia-prefix",
        preferredLifetime: readBe32(bytes, at),
        validLifetime: readBe32(bytes, at + 4),
        prefixLength: bytes[at + 8] as number,
        prefix: ipv6AddressAt(bytes, at + 9),
        options: readDhcp6Options(bytes, at + IA_PREFIX_SIZE, end, depth + 1),
      };
    case OPTION_REQUEST:
      if (length % 2 !== 0) break;
      return { option: "option-request", codes: readBe16s(bytes, at, end) };
    case PREFERENCE:
      if (length !== 1) break;
      return { option: "preference", preference: bytes[at] as number };
    case ELAPSED_TIME:
      if (length !== 2) break;
      return { option: "elapsed-time", elapsed: readBe16(bytes, at) };
    case STATUS:
      if (length < 2) break;
      return { option: "status", status: readBe16(bytes, at), message: decodeString(bytes, at + 2, end) };
    case DNS_SERVERS:
      if (length % 16 !== 0) break;
      return { option: "dns-servers", addresses: readAddresses(bytes, at, end) };
    case DOMAIN_LIST:
      return { option: "domain-list", names: readNames(bytes, at, end) };
  }
  return { option: "other", code, data: bytes.subarray(at, end) };
}

function readAddresses(bytes: Uint8Array, start: number, end: number): string[] {
  const addresses: string[] = [];
  for (let at = start; at < end; at += 16) addresses.push(ipv6AddressAt(bytes, at));
  return addresses;
}

function readNames(bytes: Uint8Array, start: number, end: number): string[] {
  const reader = new DnsNames(bytes, start);
  const names: string[] = [];
  for (let at = start; at < end; at = reader.end) names.push(reader.read(at, end));
  return names;
}

const codes = {
  "ia-na": IA_NA,
  "ia-pd": IA_PD,
  "ia-address": IA_ADDRESS,
  "ia-prefix": IA_PREFIX,
  "option-request": OPTION_REQUEST,
  preference: PREFERENCE,
  "elapsed-time": ELAPSED_TIME,
  status: STATUS,
  "dns-servers": DNS_SERVERS,
  "domain-list": DOMAIN_LIST,
} as const;

/** Returns the number of bytes that {@link writeDhcp6Options} writes. */
export function dhcp6OptionsSize(options: readonly Dhcp6Option[]): number {
  let size = 0;
  for (const option of options)
    size += (option.option === "malformed" ? 0 : HEADER_SIZE) + contentSize(option);
  return size;
}

function contentSize(option: Dhcp6Option): number {
  switch (option.option) {
    case "ia-na":
    case "ia-pd":
      return IA_SIZE + dhcp6OptionsSize(option.options);
    case "ia-address":
      return IA_ADDRESS_SIZE + dhcp6OptionsSize(option.options);
    case "ia-prefix":
      return IA_PREFIX_SIZE + dhcp6OptionsSize(option.options);
    case "option-request":
      return 2 * option.codes.length;
    case "preference":
      return 1;
    case "elapsed-time":
      return 2;
    case "status":
      return 2 + encodeString(option.message).length;
    case "dns-servers":
      return 16 * option.addresses.length;
    case "domain-list":
      return option.names.reduce((sum, name) => sum + dnsNameSize(name), 0);
    case "other":
    case "malformed":
      return option.data.length;
  }
}

/**
 * Writes the options.
 * @returns the offset after them
 */
export function writeDhcp6Options(options: readonly Dhcp6Option[], into: Uint8Array, start: number): number {
  let at = start;
  for (const option of options) {
    const size = contentSize(option);
    if (size > 0xffff) throw unwritable("DHCPv6 option", `${size} bytes, at most 65535`);
    if (option.option !== "malformed") {
      writeBe16(into, at, option.option === "other" ? option.code : codes[option.option]);
      writeBe16(into, at + 2, size);
      at += HEADER_SIZE;
    }
    writeContent(option, into, at);
    at += size;
  }
  return at;
}

function writeContent(option: Dhcp6Option, into: Uint8Array, at: number): void {
  switch (option.option) {
    case "ia-na":
    case "ia-pd":
      writeBe32(into, at, option.iaid);
      writeBe32(into, at + 4, option.t1);
      writeBe32(into, at + 8, option.t2);
      writeDhcp6Options(option.options, into, at + IA_SIZE);
      break;
    case "ia-address":
      writeIpv6Address(option.address, into, at);
      writeBe32(into, at + 16, option.preferredLifetime);
      writeBe32(into, at + 20, option.validLifetime);
      writeDhcp6Options(option.options, into, at + IA_ADDRESS_SIZE);
      break;
    case "ia-prefix":
      writeBe32(into, at, option.preferredLifetime);
      writeBe32(into, at + 4, option.validLifetime);
      into[at + 8] = option.prefixLength;
      writeIpv6Address(option.prefix, into, at + 9);
      writeDhcp6Options(option.options, into, at + IA_PREFIX_SIZE);
      break;
    case "option-request":
      option.codes.forEach((code, index) => {
        writeBe16(into, at + 2 * index, code);
      });
      break;
    case "preference":
      into[at] = option.preference;
      break;
    case "elapsed-time":
      writeBe16(into, at, option.elapsed);
      break;
    case "status":
      writeBe16(into, at, option.status);
      into.set(encodeString(option.message), at + 2);
      break;
    case "dns-servers":
      option.addresses.forEach((address, index) => {
        writeIpv6Address(address, into, at + 16 * index);
      });
      break;
    case "domain-list": {
      let next = at;
      for (const name of option.names) next = writeDnsName(name, into, next);
      break;
    }
    case "other":
    case "malformed":
      into.set(option.data, at);
  }
}
