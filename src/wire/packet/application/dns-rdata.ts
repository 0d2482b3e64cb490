import { decodeString, encodeString, need } from "../../bytes.js";
import { ipv4AddressAt, ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address, writeIpv6Address } from "../../parse-address.js";
import { type DnsNames, dnsNameSize, writeDnsName } from "./dns-name.js";

export const DNS_TYPE_A = 1;
const NS = 2;
const CNAME = 5;
const SOA = 6;
export const DNS_TYPE_PTR = 12;
const MX = 15;
const TXT = 16;
export const DNS_TYPE_AAAA = 28;
const SRV = 33;
const DNAME = 39;

/** What a resource record says, by its type (RFC 1035, 3.3; RFC 3596; RFC 2782; RFC 6672). */
export type DnsData =
  /** A, AAAA */
  | { readonly format: "address"; readonly address: string }
  /** NS, CNAME, PTR, DNAME */
  | { readonly format: "name"; readonly name: string }
  | { readonly format: "mx"; readonly preference: number; readonly exchange: string }
  /** TXT */
  | { readonly format: "strings"; readonly strings: readonly string[] }
  | {
      readonly format: "srv";
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | {
      readonly format: "soa";
      readonly primaryName: string;
      readonly responsibleMailbox: string;
      readonly serial: number;
      /** In seconds, as the next three. */
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    }
  /** Any other type, or data whose length isn't that of its type. */
  | { readonly format: "other"; readonly data: Uint8Array };

/**
 * @param names those of the message
 * @param at where the data begin
 * @param end where they end
 */
export function readDnsData(
  bytes: Uint8Array,
  names: DnsNames,
  at: number,
  end: number,
  type: number,
): DnsData {
  switch (type) {
    case DNS_TYPE_A:
      if (end - at === 4) return { format: "address", address: ipv4AddressAt(bytes, at) };
      break;
    case DNS_TYPE_AAAA:
      if (end - at === 16) return { format: "address", address: ipv6AddressAt(bytes, at) };
      break;
    case NS:
    case CNAME:
    case DNS_TYPE_PTR:
    case DNAME:
      return { format: "name", name: names.read(at, end) };
    case MX:
      need("DNS MX", at, 2, end);
      return {
        format: "mx",
        preference: readBe16(bytes, at),
        exchange: names.read(at + 2, end),
      };
    case TXT:
      return { format: "strings", strings: readStrings(bytes, at, end) };
    case SRV:
      need("DNS SRV", at, 6, end);
      return {
        format: "srv",
        priority: readBe16(bytes, at),
        weight: readBe16(bytes, at + 2),
        port: readBe16(bytes, at + 4),
        target: names.read(at + 6, end),
      };
    case SOA:
      return readSoa(bytes, names, at, end);
  }
  return { format: "other", data: bytes.subarray(at, end) };
}

function readStrings(bytes: Uint8Array, start: number, end: number): string[] {
  const strings: string[] = [];
  for (let at = start; at < end; ) {
    const length = bytes[at] as number;
    need("DNS TXT", at + 1, length, end);
    strings.push(decodeString(bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
  return strings;
}

function readSoa(bytes: Uint8Array, names: DnsNames, at: number, end: number): DnsData {
  const primaryName = names.read(at, end);
  const responsibleMailbox = names.read(names.end, end);
  const numbers = names.end;
  need("DNS SOA", numbers, 20, end);
  return {
    format: "soa",
    primaryName,
    responsibleMailbox,
    serial: readBe32(bytes, numbers),
    refresh: readBe32(bytes, numbers + 4),
    retry: readBe32(bytes, numbers + 8),
    expire: readBe32(bytes, numbers + 12),
    minimum: readBe32(bytes, numbers + 16),
  };
}

/** Bytes that {@link writeDnsData} writes. */
export function dnsDataSize(value: DnsData): number {
  switch (value.format) {
    case "address":
      return value.address.includes(":") ? 16 : 4;
    case "name":
      return dnsNameSize(value.name);
    case "mx":
      return 2 + dnsNameSize(value.exchange);
    case "strings":
      return value.strings.reduce((sum, each) => sum + 1 + encodeString(each).length, 0);
    case "srv":
      return 6 + dnsNameSize(value.target);
    case "soa":
      return dnsNameSize(value.primaryName) + dnsNameSize(value.responsibleMailbox) + 20;
    case "other":
      return value.data.length;
  }
}

/** Writes the data without their length, names uncompressed. */
export function writeDnsData(value: DnsData, into: Uint8Array, at: number): void {
  switch (value.format) {
    case "address":
      if (value.address.includes(":")) writeIpv6Address(value.address, into, at);
      else writeIpv4Address(value.address, into, at);
      break;
    case "name":
      writeDnsName(value.name, into, at);
      break;
    case "mx":
      writeBe16(into, at, value.preference);
      writeDnsName(value.exchange, into, at + 2);
      break;
    case "strings":
      writeStrings(value.strings, into, at);
      break;
    case "srv":
      writeBe16(into, at, value.priority);
      writeBe16(into, at + 2, value.weight);
      writeBe16(into, at + 4, value.port);
      writeDnsName(value.target, into, at + 6);
      break;
    case "soa": {
      const mailbox = writeDnsName(value.primaryName, into, at);
      let next = writeDnsName(value.responsibleMailbox, into, mailbox);
      for (const number of [value.serial, value.refresh, value.retry, value.expire, value.minimum]) {
        writeBe32(into, next, number);
        next += 4;
      }
      break;
    }
    case "other":
      into.set(value.data, at);
  }
}

function writeStrings(strings: readonly string[], into: Uint8Array, offset: number): void {
  let at = offset;
  for (const each of strings) {
    const bytes = encodeString(each);
    into[at] = bytes.length;
    into.set(bytes, at + 1);
    at += 1 + bytes.length;
  }
}
