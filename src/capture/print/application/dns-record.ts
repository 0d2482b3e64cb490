import { IPV4_ADDRESS_SIZE, IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import { DNSSEC_OK } from "../../../wire/packet/application/dns.js";
import * as rdata from "../../../wire/packet/application/dns-rdata.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintOptions } from "../options.js";
import { printName } from "./dns-name.js";

// https://www.iana.org/assignments/dns-parameters, as tcpdump names them
const types: Readonly<Record<number, string>> = {
  [rdata.DNS_TYPE_A]: "A",
  [rdata.DNS_TYPE_NS]: "NS",
  3: "MD",
  4: "MF",
  [rdata.DNS_TYPE_CNAME]: "CNAME",
  [rdata.DNS_TYPE_SOA]: "SOA",
  7: "MB",
  8: "MG",
  9: "MR",
  10: "NULL",
  11: "WKS",
  [rdata.DNS_TYPE_PTR]: "PTR",
  13: "HINFO",
  14: "MINFO",
  [rdata.DNS_TYPE_MX]: "MX",
  [rdata.DNS_TYPE_TXT]: "TXT",
  17: "RP",
  18: "AFSDB",
  19: "X25",
  20: "ISDN",
  21: "RT",
  22: "NSAP",
  23: "NSAP_PTR",
  24: "SIG",
  25: "KEY",
  26: "PX",
  27: "GPOS",
  [rdata.DNS_TYPE_AAAA]: "AAAA",
  29: "LOC",
  30: "NXT",
  31: "EID",
  32: "NIMLOC",
  [rdata.DNS_TYPE_SRV]: "SRV",
  34: "ATMA",
  35: "NAPTR",
  36: "KX",
  37: "CERT",
  38: "A6",
  [rdata.DNS_TYPE_DNAME]: "DNAME",
  40: "SINK",
  [rdata.DNS_TYPE_OPT]: "OPT",
  42: "APL",
  43: "DS",
  44: "SSHFP",
  45: "IPSECKEY",
  46: "RRSIG",
  47: "NSEC",
  48: "DNSKEY",
  49: "DHCID",
  50: "NSEC3",
  51: "NSEC3PARAM",
  52: "TLSA",
  53: "SMIMEA",
  55: "HIP",
  59: "CDS",
  60: "CDNSKEY",
  61: "OPENPGPKEY",
  62: "CSYNC",
  63: "ZONEMD",
  64: "SVCB",
  65: "HTTPS",
  99: "SPF",
  100: "UINFO",
  101: "UID",
  102: "GID",
  103: "UNSPEC",
  104: "NID",
  105: "L32",
  106: "L64",
  107: "LP",
  108: "EUI48",
  109: "EUI64",
  249: "TKEY",
  250: "TSIG",
  251: "IXFR",
  252: "AXFR",
  253: "MAILB",
  254: "MAILA",
  255: "ANY",
  256: "URI",
  257: "CAA",
};

export function typeName(type: number): string | undefined {
  return types[type];
}

/** A resource record without its name. */
export interface RecordData {
  readonly type: number;
  /** The class; in OPT records, the largest UDP payload that the sender accepts (RFC 6891). */
  readonly kind: number;
  /** The time to live; in OPT records, the flags. */
  readonly flags: number;
  readonly data: number;
  readonly dataEnd: number;
  /** Offset of the message, which names may point into, and of the end of the captured bytes. */
  readonly message: number;
  readonly end: number;
}

/** Prints a record. Returns false if it is truncated. */
export function printRecordData(
  out: LineWriter,
  bytes: Uint8Array,
  record: RecordData,
  { verbose }: PrintOptions,
): boolean {
  const { type, data, dataEnd, message, end } = record;
  if (dataEnd > end) return false;
  const name = (at: number): number => printName(out, bytes, at, message, end);
  switch (type) {
    case rdata.DNS_TYPE_A:
      if (data + IPV4_ADDRESS_SIZE > end) return false;
      out.byte(0x20);
      out.ipv4(bytes, data);
      return true;
    case rdata.DNS_TYPE_AAAA:
      if (data + IPV6_ADDRESS_SIZE > end || dataEnd - data < IPV6_ADDRESS_SIZE) return false;
      out.byte(0x20);
      out.ipv6(bytes, data);
      return true;
    case rdata.DNS_TYPE_NS:
    case rdata.DNS_TYPE_CNAME:
    case rdata.DNS_TYPE_PTR:
    case rdata.DNS_TYPE_DNAME:
      out.byte(0x20);
      return name(data) >= 0;
    case rdata.DNS_TYPE_MX:
      if (data + rdata.mx.exchange > end) return false;
      out.byte(0x20);
      if (name(data + rdata.mx.exchange) < 0) return false;
      out.byte(0x20);
      out.decimal(rdata.mxPreference(bytes, data));
      return true;
    case rdata.DNS_TYPE_SRV:
      if (data + rdata.srv.target > end) return false;
      out.byte(0x20);
      if (name(data + rdata.srv.target) < 0) return false;
      out.text(":");
      out.decimal(rdata.srvPort(bytes, data));
      out.byte(0x20);
      out.decimal(rdata.srvPriority(bytes, data));
      out.byte(0x20);
      out.decimal(rdata.srvWeight(bytes, data));
      return true;
    case rdata.DNS_TYPE_SOA:
      return verbose === 0 || printSoa(out, bytes, record);
    case rdata.DNS_TYPE_TXT:
      return printTexts(out, bytes, data, dataEnd);
    case rdata.DNS_TYPE_OPT:
      out.text(" UDPsize=");
      out.decimal(record.kind);
      if (record.flags & DNSSEC_OK) out.text(" DO");
      return true;
    default:
      return true;
  }
}

function printSoa(out: LineWriter, bytes: Uint8Array, { data, message, end }: RecordData): boolean {
  out.byte(0x20);
  let at = printName(out, bytes, data, message, end);
  if (at < 0) return false;
  out.byte(0x20);
  at = printName(out, bytes, at, message, end);
  if (at < 0 || at + rdata.soa.size > end) return false;
  for (let number = 0; number < rdata.soa.size; number += 4) {
    out.byte(0x20);
    out.decimal(readBe32(bytes, at + number));
  }
  return true;
}

function printTexts(out: LineWriter, bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; ) {
    const length = bytes[at] as number;
    out.text(' "');
    out.untrusted(bytes, at + 1, Math.min(at + 1 + length, end));
    out.text('"');
    if (at + 1 + length > end) return false;
    at += 1 + length;
  }
  return true;
}
