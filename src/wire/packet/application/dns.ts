import { need } from "../../bytes.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { DnsNames, dnsNameSize, writeDnsName } from "./dns-name.js";
import { type DnsData, dnsDataSize, readDnsData, writeDnsData } from "./dns-rdata.js";

/** Size of the header (RFC 1035, 4.1.1). */
export const DNS_HEADER_SIZE = 12;

export const field = {
  id: 0,
  flags: 2,
  questions: 4,
  answers: 6,
  authorities: 8,
  additionals: 10,
} as const;

// Offsets behind a name.
export const question = { type: 0, class: 2, size: 4 } as const;
export const record = { type: 0, class: 2, ttl: 4, length: 8, data: 10 } as const;

export interface DnsQuestion {
  /** Without a final dot; "." is the root. `\` escapes as in master files (RFC 1035, 5.1). */
  readonly name: string;
  readonly type: number;
  /** As it came: of mDNS, the top bit asks for a unicast response (RFC 6762, 5.4). */
  readonly class: number;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /** As it came: of mDNS, the top bit is cache-flush (RFC 6762, 10.2); of OPT, the UDP payload size (RFC 6891). */
  readonly class: number;
  /** In seconds; of OPT, extended response code, version and flags. */
  readonly ttl: number;
  readonly data: DnsData;
}

/** A message of DNS (RFC 1035, 4), or of mDNS (RFC 6762), which looks the same. */
export interface Dns {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritativeAnswer: boolean;
  readonly truncation: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  /** The bit that must be zero. */
  readonly reserved: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly responseCode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

export function readDns(bytes: Uint8Array, start = 0, end = bytes.length): Dns {
  need("DNS", start, DNS_HEADER_SIZE, end);
  const flags = readBe16(bytes, start + field.flags);
  const bit = (mask: number) => (flags & mask) !== 0;
  const reader = new SectionReader(bytes, start, end);
  return {
    id: readBe16(bytes, start + field.id),
    response: bit(0x8000),
    opcode: (flags >>> 11) & 0x0f,
    authoritativeAnswer: bit(0x0400),
    truncation: bit(0x0200),
    recursionDesired: bit(0x0100),
    recursionAvailable: bit(0x0080),
    reserved: bit(0x0040),
    authenticData: bit(0x0020),
    checkingDisabled: bit(0x0010),
    responseCode: flags & 0x0f,
    questions: reader.questions(readBe16(bytes, start + field.questions)),
    answers: reader.records(readBe16(bytes, start + field.answers)),
    authorities: reader.records(readBe16(bytes, start + field.authorities)),
    additionals: reader.records(readBe16(bytes, start + field.additionals)),
  };
}

/** The four sections, which must be read in their order. */
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
        type: readBe16(this.#bytes, at + question.type),
        class: readBe16(this.#bytes, at + question.class),
      });
    }
    return questions;
  }

  records(count: number): DnsRecord[] {
    const records: DnsRecord[] = [];
    while (records.length < count) {
      const name = this.#name();
      const at = this.#take("DNS record", record.data);
      const length = readBe16(this.#bytes, at + record.length);
      const data = this.#take("DNS record data", length);
      const type = readBe16(this.#bytes, at + record.type);
      records.push({
        name,
        type,
        class: readBe16(this.#bytes, at + record.class),
        ttl: readBe32(this.#bytes, at + record.ttl),
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

/** Bytes that {@link writeDns} writes. */
export function dnsSize(value: Pick<Dns, "questions" | "answers" | "authorities" | "additionals">): number {
  let size = DNS_HEADER_SIZE;
  for (const { name } of value.questions) size += dnsNameSize(name) + question.size;
  for (const section of [value.answers, value.authorities, value.additionals])
    for (const { name, data } of section) size += dnsNameSize(name) + record.data + dnsDataSize(data);
  return size;
}

/**
 * Writes the message, names uncompressed.
 * @returns the offset after it
 * @throws PromiscError `usage` if a name isn't one
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
    (value.response ? 0x8000 : 0) |
    ((value.opcode & 0x0f) << 11) |
    (value.authoritativeAnswer ? 0x0400 : 0) |
    (value.truncation ? 0x0200 : 0) |
    (value.recursionDesired ? 0x0100 : 0) |
    (value.recursionAvailable ? 0x0080 : 0) |
    (value.reserved ? 0x0040 : 0) |
    (value.authenticData ? 0x0020 : 0) |
    (value.checkingDisabled ? 0x0010 : 0) |
    (value.responseCode & 0x0f)
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
