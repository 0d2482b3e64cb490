import { need } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { DnsNames, dnsNameSize, writeDnsName } from "./dns-name.js";
import { type DnsData, dnsDataSize, readDnsData, writeDnsData } from "./dns-rdata.js";

// Ports of DNS (RFC 1035, 4.2), mDNS (RFC 6762, 3) and LLMNR (RFC 4795, 2).
export const DNS_PORT = 53;
export const MDNS_PORT = 5353;
export const LLMNR_PORT = 5355;

/** Size of the length that precedes each message over TCP (RFC 1035, 4.2.2), in bytes. */
export const TCP_LENGTH_SIZE = 2;

/** Size of the header in bytes (RFC 1035, 4.1.1). */
export const DNS_HEADER_SIZE = 12;

/** Offsets from the message's start, in bytes. The last four are the numbers of entries in the sections. */
export const field = {
  id: 0,
  flags: 2,
  questions: 4,
  answers: 6,
  authorities: 8,
  additionals: 10,
} as const;

/** Single-bit flags (RFC 1035, 4.1.1; AD and CD: RFC 4035, 3). */
export const flag = {
  qr: 0x8000,
  aa: 0x0400,
  tc: 0x0200,
  rd: 0x0100,
  ra: 0x0080,
  z: 0x0040,
  ad: 0x0020,
  cd: 0x0010,
} as const;
const OPCODE_SHIFT = 11;
const OPCODE_MASK = 0x0f;
/** Mask of the flags: the response code. */
export const RCODE_MASK = 0x000f;

export const OPCODE_QUERY = 0;
export const OPCODE_IQUERY = 1;

// Classes (RFC 1035, 3.2.4 and 3.2.5).
export const CLASS_IN = 1;
export const CLASS_CH = 3;
export const CLASS_HS = 4;
export const CLASS_ANY = 255;

/** mDNS, in the class of a question: requests a unicast response (RFC 6762, 5.4). */
export const UNICAST_RESPONSE = 0x8000;
/** mDNS, in the class of a record: the receiver is to discard older records of this name (RFC 6762, 10.2). */
export const CACHE_FLUSH = 0x8000;

/** In the time to live of an OPT record: the sender wants DNSSEC records (RFC 6891, 6.1.4). */
export const DNSSEC_OK = 0x8000;

// Offsets from the end of a name, in bytes.
export const question = { type: 0, class: 2, size: 4 } as const;
export const record = { type: 0, class: 2, ttl: 4, length: 8, data: 10 } as const;

// These functions read the fields of a message at `at` without checks: its header must lie within `bytes`.

/** Returns the message's ID. */
export function id(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.id);
}

/** Returns the 16 bits between the ID and the counts. */
export function flags(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.flags);
}

/** Reports whether the message is a response rather than a query. */
export function isResponse(bytes: Uint8Array, at: number): boolean {
  return (flags(bytes, at) & flag.qr) !== 0;
}

/** Returns the kind of query: 0 is a standard query. */
export function opcode(bytes: Uint8Array, at: number): number {
  return (flags(bytes, at) >>> OPCODE_SHIFT) & OPCODE_MASK;
}

/** Returns the lower four bits of the response code: 0 means no error. */
export function responseCode(bytes: Uint8Array, at: number): number {
  return flags(bytes, at) & RCODE_MASK;
}

/** Returns the number of questions. */
export function questions(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.questions);
}

/** Returns the number of records in the answer section. */
export function answers(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.answers);
}

/** Returns the number of records in the authority section. */
export function authorities(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.authorities);
}

/** Returns the number of records in the additional section. */
export function additionals(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.additionals);
}

// These functions read the fields after the name of a question or record without checks; `at` is the end of the name.

/** Returns the type that a question asks for: `DNS_TYPE_*`. */
export function questionType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + question.type);
}

/** Returns the class of a question. In mDNS, it includes {@link UNICAST_RESPONSE}. */
export function questionClass(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + question.class);
}

/** Returns the type of a record: `DNS_TYPE_*`. */
export function recordType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + record.type);
}

/**
 * Returns the class of a record. In mDNS, it includes {@link CACHE_FLUSH}; in an OPT record, it is the UDP payload
 * size.
 */
export function recordClass(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + record.class);
}

/** Returns the time to live in seconds; in an OPT record, the extended response code, version and flags. */
export function recordTtl(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + record.ttl);
}

/** Returns the length in bytes of the data, which begin at `at + record.data`. */
export function recordLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + record.length);
}

/** Returns the length of the message that begins after `at` in a TCP stream (RFC 1035, 4.2.2). */
export function tcpLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at);
}

/** An entry of the question section (RFC 1035, 4.1.2). */
export interface DnsQuestion {
  /** The name without a final dot; "." is the root. Escaped with `\` as in master files (RFC 1035, 5.1). */
  readonly name: string;
  readonly type: number;
  /** The class, unchanged. In mDNS, the top bit requests a unicast response (RFC 6762, 5.4). */
  readonly class: number;
}

/** A resource record (RFC 1035, 4.1.3). */
export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /**
   * The class, unchanged. In mDNS, the top bit is the cache-flush bit (RFC 6762, 10.2). In OPT records, the UDP payload
   * size (RFC 6891).
   */
  readonly class: number;
  /** The time to live in seconds; in OPT records, the extended response code, version and flags. */
  readonly ttl: number;
  readonly data: DnsData;
}

/** A message of DNS (RFC 1035, 4) or mDNS (RFC 6762), which uses the same format. */
export interface Dns {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritativeAnswer: boolean;
  readonly truncation: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  /** The reserved bit, which must be zero. */
  readonly reserved: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly responseCode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/**
 * Reads the DNS message at `start`, without the length that precedes it over TCP.
 * @param end end of the message
 * @throws PromiscError `malformed` if it is truncated or a name is malformed
 */
export function readDns(bytes: Uint8Array, start = 0, end = bytes.length): Dns {
  need("DNS", start, DNS_HEADER_SIZE, end);
  const bits = flags(bytes, start);
  const bit = (mask: number) => (bits & mask) !== 0;
  const reader = new SectionReader(bytes, start, end);
  return {
    id: id(bytes, start),
    response: bit(flag.qr),
    opcode: opcode(bytes, start),
    authoritativeAnswer: bit(flag.aa),
    truncation: bit(flag.tc),
    recursionDesired: bit(flag.rd),
    recursionAvailable: bit(flag.ra),
    reserved: bit(flag.z),
    authenticData: bit(flag.ad),
    checkingDisabled: bit(flag.cd),
    responseCode: responseCode(bytes, start),
    questions: reader.questions(questions(bytes, start)),
    answers: reader.records(answers(bytes, start)),
    authorities: reader.records(authorities(bytes, start)),
    additionals: reader.records(additionals(bytes, start)),
  };
}

/** Reads the four sections, which must be read in order. */
class SectionReader {
  readonly #bytes: Uint8Array;
  readonly #names: DnsNames;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#names = new DnsNames(bytes, start);
    this.#end = end;
    this.#at = start + DNS_HEADER_SIZE;
  }

  questions(count: number): DnsQuestion[] {
    const questions: DnsQuestion[] = [];
    while (questions.length < count) {
      const name = this.#name();
      const at = this.#take("DNS question", question.size);
      questions.push({
        name,
        type: questionType(this.#bytes, at),
        class: questionClass(this.#bytes, at),
      });
    }
    return questions;
  }

  records(count: number): DnsRecord[] {
    const records: DnsRecord[] = [];
    while (records.length < count) {
      const name = this.#name();
      const at = this.#take("DNS record", record.data);
      const length = recordLength(this.#bytes, at);
      const data = this.#take("DNS record data", length);
      const type = recordType(this.#bytes, at);
      records.push({
        name,
        type,
        class: recordClass(this.#bytes, at),
        ttl: recordTtl(this.#bytes, at),
        data: readDnsData(this.#bytes, this.#names, data, data + length, type),
      });
    }
    return records;
  }

  #name(): string {
    const name = this.#names.read(this.#at, this.#end);
    this.#at = this.#names.end;
    return name;
  }

  #take(path: string, length: number): number {
    const at = this.#at;
    need(path, at, length, this.#end);
    this.#at += length;
    return at;
  }
}

/** Returns the number of bytes that {@link writeDns} writes. */
export function dnsSize(value: Pick<Dns, "questions" | "answers" | "authorities" | "additionals">): number {
  let size = DNS_HEADER_SIZE;
  for (const { name } of value.questions) size += dnsNameSize(name) + question.size;
  for (const section of [value.answers, value.authorities, value.additionals])
    for (const { name, data } of section) size += dnsNameSize(name) + record.data + dnsDataSize(data);
  return size;
}

/**
 * Writes a DNS message at `start`, with uncompressed names. `into` must have room for `dnsSize(value)` bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if a name or an address is invalid
 */
export function writeDns(value: Dns, into: Uint8Array, start = 0): number {
  writeBe16(into, start + field.id, value.id);
  writeBe16(into, start + field.flags, flagsOf(value));
  writeBe16(into, start + field.questions, value.questions.length);
  writeBe16(into, start + field.answers, value.answers.length);
  writeBe16(into, start + field.authorities, value.authorities.length);
  writeBe16(into, start + field.additionals, value.additionals.length);
  let at = start + DNS_HEADER_SIZE;
  for (const each of value.questions) {
    at = writeDnsName(each.name, into, at);
    writeBe16(into, at + question.type, each.type);
    writeBe16(into, at + question.class, each.class);
    at += question.size;
  }
  for (const section of [value.answers, value.authorities, value.additionals])
    for (const each of section) at = writeRecord(each, into, at);
  return at;
}

function flagsOf(value: Dns): number {
  return (
    (value.response ? flag.qr : 0) |
    ((value.opcode & OPCODE_MASK) << OPCODE_SHIFT) |
    (value.authoritativeAnswer ? flag.aa : 0) |
    (value.truncation ? flag.tc : 0) |
    (value.recursionDesired ? flag.rd : 0) |
    (value.recursionAvailable ? flag.ra : 0) |
    (value.reserved ? flag.z : 0) |
    (value.authenticData ? flag.ad : 0) |
    (value.checkingDisabled ? flag.cd : 0) |
    (value.responseCode & RCODE_MASK)
  );
}

function writeRecord(value: DnsRecord, into: Uint8Array, offset: number): number {
  const at = writeDnsName(value.name, into, offset);
  const length = dnsDataSize(value.data);
  writeBe16(into, at + record.type, value.type);
  writeBe16(into, at + record.class, value.class);
  writeBe32(into, at + record.ttl, value.ttl);
  writeBe16(into, at + record.length, length);
  writeDnsData(value.data, into, at + record.data);
  return at + record.data + length;
}
