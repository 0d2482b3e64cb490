import { decodeString, encodeString, need } from "../../bytes.js";
import { ipv4AddressAt, ipv6AddressAt } from "../../inet-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { writeIpv4Address, writeIpv6Address } from "../../parse-address.js";
import { type DnsNames, dnsNameSize, writeDnsName } from "./dns-name.js";

export { DnsNames } from "./dns-name.js";

// Types of resource records (https://www.iana.org/assignments/dns-parameters).
export const DNS_TYPE_A = 1;
export const DNS_TYPE_NS = 2;
export const DNS_TYPE_CNAME = 5;
export const DNS_TYPE_SOA = 6;
export const DNS_TYPE_PTR = 12;
export const DNS_TYPE_MX = 15;
export const DNS_TYPE_TXT = 16;
export const DNS_TYPE_AAAA = 28;
export const DNS_TYPE_SRV = 33;
export const DNS_TYPE_DNAME = 39;
/** A pseudo-record with the sender's capabilities (RFC 6891). */
export const DNS_TYPE_OPT = 41;

// Offsets in record data, in bytes. MX and SRV have these fields before a name, SOA has them after two names.
export const mx = { preference: 0, exchange: 2 } as const;
export const srv = { priority: 0, weight: 2, port: 4, target: 6 } as const;
export const soa = { serial: 0, refresh: 4, retry: 8, expire: 12, minimum: 16, size: 20 } as const;

/** Returns the preference of an MX record whose data begin at `at`. Lower values are preferred. */
export function mxPreference(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + mx.preference);
}

/** Returns the priority of an SRV record whose data begin at `at`. Lower values are preferred. */
export function srvPriority(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + srv.priority);
}

/** Returns the weight of an SRV record whose data begin at `at`, among records of the same priority. */
export function srvWeight(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + srv.weight);
}

/** Returns the port of an SRV record whose data begin at `at`. */
export function srvPort(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + srv.port);
}

/** The data of a resource record, by type (RFC 1035, 3.3; RFC 3596; RFC 2782; RFC 6672). */
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
      /** In seconds, as are the three below. */
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    }
  /** Data of any other type, or of an invalid length. */
  | { readonly format: "other"; readonly data: Uint8Array };

/**
 * Reads the data of a resource record.
 * @param names the reader of the message's names
 * @param at offset of the data
 * @param end offset of the end of the data
 * @param type type of the record: `DNS_TYPE_*`
 * @throws PromiscError `malformed` if a field is truncated or a name is malformed
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
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
    case DNS_TYPE_DNAME:
      return { format: "name", name: names.read(at, end) };
    case DNS_TYPE_MX:
      need("DNS MX", at, mx.exchange, end);
      return {
        format: "mx",
        preference: mxPreference(bytes, at),
        exchange: names.read(at + mx.exchange, end),
      };
    case DNS_TYPE_TXT:
      return { format: "strings", strings: readStrings(bytes, at, end) };
    case DNS_TYPE_SRV:
      need("DNS SRV", at, srv.target, end);
      return {
        format: "srv",
        priority: srvPriority(bytes, at),
        weight: srvWeight(bytes, at),
        port: srvPort(bytes, at),
        target: names.read(at + srv.target, end),
      };
    case DNS_TYPE_SOA:
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
  need("DNS SOA", numbers, soa.size, end);
  return {
    format: "soa",
    primaryName,
    responsibleMailbox,
    serial: readBe32(bytes, numbers + soa.serial),
    refresh: readBe32(bytes, numbers + soa.refresh),
    retry: readBe32(bytes, numbers + soa.retry),
    expire: readBe32(bytes, numbers + soa.expire),
    minimum: readBe32(bytes, numbers + soa.minimum),
  };
}

/** Returns the number of bytes that {@link writeDnsData} writes. */
export function dnsDataSize(value: DnsData): number {
  switch (value.format) {
    case "address":
      return value.address.includes(":") ? 16 : 4;
    case "name":
      return dnsNameSize(value.name);
    case "mx":
      return mx.exchange + dnsNameSize(value.exchange);
    case "strings":
      return value.strings.reduce((sum, each) => sum + 1 + encodeString(each).length, 0);
    case "srv":
      return srv.target + dnsNameSize(value.target);
    case "soa":
      return dnsNameSize(value.primaryName) + dnsNameSize(value.responsibleMailbox) + soa.size;
    case "other":
      return value.data.length;
  }
}

/**
 * Writes the data at `at`, without their length, and with uncompressed names.
 * @throws PromiscError `usage` if an address or a name is invalid
 */
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
      writeBe16(into, at + mx.preference, value.preference);
      writeDnsName(value.exchange, into, at + mx.exchange);
      break;
    case "strings":
      writeStrings(value.strings, into, at);
      break;
    case "srv":
      writeBe16(into, at + srv.priority, value.priority);
      writeBe16(into, at + srv.weight, value.weight);
      writeBe16(into, at + srv.port, value.port);
      writeDnsName(value.target, into, at + srv.target);
      break;
    case "soa": {
      const mailbox = writeDnsName(value.primaryName, into, at);
      const numbers = writeDnsName(value.responsibleMailbox, into, mailbox);
      writeBe32(into, numbers + soa.serial, value.serial);
      writeBe32(into, numbers + soa.refresh, value.refresh);
      writeBe32(into, numbers + soa.retry, value.retry);
      writeBe32(into, numbers + soa.expire, value.expire);
      writeBe32(into, numbers + soa.minimum, value.minimum);
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
