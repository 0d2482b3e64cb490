import * as dns from "../../../wire/packet/application/dns.js";
import { skipDnsName } from "../../../wire/packet/application/dns-name.js";
import { DNS_TYPE_OPT } from "../../../wire/packet/application/dns-rdata.js";
import { printDuration } from "../duration.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintOptions } from "../options.js";
import { printName } from "./dns-name.js";
import { printRecordData, typeName } from "./dns-record.js";

/** Flags that are not valid in a query. If one is set, tcpdump prints the query's flags. */
const NOT_OF_A_QUERY = dns.flag.aa | dns.flag.tc | dns.flag.ra | dns.flag.z | dns.RCODE_MASK;

const operations = [
  "",
  " inv_q",
  " stat",
  " op3",
  " notify",
  " update",
  " op6",
  " op7",
  " op8",
  " updateA",
  " updateD",
  " updateDA",
  " updateM",
  " updateMA",
  " zoneInit",
  " zoneRef",
];
const responses = [
  "",
  " FormErr",
  " ServFail",
  " NXDomain",
  " NotImp",
  " Refused",
  " YXDomain",
  " YXRRSet",
  " NXRRSet",
  " NotAuth",
  " NotZone",
  " Resp11",
  " Resp12",
  " Resp13",
  " Resp14",
  " NoChange",
];
const classes: Readonly<Record<number, string>> = {
  [dns.CLASS_CH]: "CHAOS",
  [dns.CLASS_HS]: "HS",
  [dns.CLASS_ANY]: "ANY",
};

/** Prints a DNS or mDNS message. */
export function printDns(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
  options: PrintOptions,
  isMulticast = false,
): void {
  if (length < dns.DNS_HEADER_SIZE) {
    out.text("domain [length ");
    out.decimal(length);
    out.text(" < ");
    out.decimal(dns.DNS_HEADER_SIZE);
    return out.text("] (invalid)");
  }
  if (start + dns.DNS_HEADER_SIZE > end) return out.text(" [|domain]");
  const message: Message = { out, bytes, start, end, options, isMulticast };
  const isWhole = dns.isResponse(bytes, start) ? printResponse(message) : printQuery(message);
  if (!isWhole) return out.text(" [|domain]");
  out.text(" (");
  out.decimal(length);
  out.text(")");
}

interface Message {
  readonly out: LineWriter;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly options: PrintOptions;
  readonly isMulticast: boolean;
}

function printQuery(message: Message): boolean {
  const { out, bytes, start, options } = message;
  const flags = dns.flags(bytes, start);
  const operation = dns.opcode(bytes, start);
  out.decimal(dns.id(bytes, start));
  out.text(operations[operation] as string);
  if (flags & dns.flag.rd) out.text("+");
  if (flags & dns.flag.cd) out.text("%");
  if (flags & NOT_OF_A_QUERY) {
    out.text(" [b2&3=0x");
    out.hex(flags);
    out.text("]");
  }
  const questions = dns.questions(bytes, start);
  const answers = dns.answers(bytes, start);
  if (operation === dns.OPCODE_IQUERY) {
    if (questions > 0) printCount(out, questions, "q");
    if (answers !== 1) printCount(out, answers, "a");
  } else {
    if (answers > 0) printCount(out, answers, "a");
    if (questions !== 1) printCount(out, questions, "q");
  }
  const authorities = dns.authorities(bytes, start);
  const additional = dns.additionals(bytes, start);
  if (authorities > 0) printCount(out, authorities, "n");
  if (additional > 0) printCount(out, additional, "au");
  let at = printQuestions(message, start + dns.DNS_HEADER_SIZE, questions);
  if (at < 0) return false;
  if (options.verbose < 2) return true;
  at = printRecords(message, at, answers, "");
  if (at >= 0 && at < message.end) at = printRecords(message, at, authorities, " ns:");
  if (at >= 0 && at < message.end) at = printRecords(message, at, additional, " ar:");
  return at >= 0;
}

function printResponse(message: Message): boolean {
  const { out, bytes, start, end, options } = message;
  const flags = dns.flags(bytes, start);
  out.decimal(dns.id(bytes, start));
  out.text(operations[dns.opcode(bytes, start)] as string);
  out.text(responses[dns.responseCode(bytes, start)] as string);
  if (flags & dns.flag.aa) out.text("*");
  if (!(flags & dns.flag.ra)) out.text("-");
  if (flags & dns.flag.tc) out.text("|");
  if (flags & dns.flag.ad) out.text("$");
  const questions = dns.questions(bytes, start);
  if (questions !== 1) printCount(out, questions, "q");
  let at = start + dns.DNS_HEADER_SIZE;
  for (let question = 0; question < questions; question++) {
    if (question > 0) out.text(",");
    if (options.verbose > 1) {
      out.text(" q:");
      at = printQuestion(message, at);
    } else {
      at = skipDnsName(bytes, at, end);
      if (at >= 0) at += dns.question.size;
    }
    if (at < 0 || at > end) return false;
  }
  out.byte(0x20);
  out.decimal(dns.answers(bytes, start));
  out.text("/");
  out.decimal(dns.authorities(bytes, start));
  out.text("/");
  out.decimal(dns.additionals(bytes, start));
  at = printRecords(message, at, dns.answers(bytes, start), "");
  if (at < 0) return false;
  if (options.verbose < 2) return true;
  if (at < end) at = printRecords(message, at, dns.authorities(bytes, start), " ns:");
  if (at >= 0 && at < end) at = printRecords(message, at, dns.additionals(bytes, start), " ar:");
  return at >= 0;
}

function printCount(out: LineWriter, count: number, of: string): void {
  out.text(" [");
  out.decimal(count);
  out.text(of);
  out.text("]");
}

function printQuestions(message: Message, from: number, count: number): number {
  let at = from;
  for (let question = 0; question < count && at >= 0; question++) {
    if (question > 0) message.out.text(",");
    at = printQuestion(message, at);
  }
  return at;
}

/** Prints " A? example.org.". The type precedes the name, unlike in the message. */
function printQuestion({ out, bytes, start, end, isMulticast }: Message, at: number): number {
  const after = skipDnsName(bytes, at, end);
  if (after < 0 || after + dns.question.size > end) return -1;
  out.byte(0x20);
  printType(out, dns.questionType(bytes, after));
  const kind = dns.questionClass(bytes, after);
  if (isMulticast) out.text(kind & dns.UNICAST_RESPONSE ? " (QU)" : " (QM)");
  printClass(out, isMulticast ? kind & ~dns.UNICAST_RESPONSE : kind);
  out.text("? ");
  return printName(out, bytes, at, start, end) < 0 ? -1 : after + dns.question.size;
}

/**
 * Prints the records of a section.
 * @returns the offset after them, or -1 if they are truncated
 */
function printRecords(message: Message, from: number, count: number, before: string): number {
  let at = from;
  for (let record = 0; record < count; record++) {
    if (at >= message.end) return -1;
    message.out.text(record === 0 ? before : ",");
    at = printRecord(message, at);
    if (at < 0) return -1;
  }
  return at;
}

function printRecord(message: Message, at: number): number {
  const { out, bytes, start, end, options, isMulticast } = message;
  let after: number;
  if (options.verbose > 0) {
    out.byte(0x20);
    after = printName(out, bytes, at, start, end);
  } else after = skipDnsName(bytes, at, end);
  if (after < 0 || after + dns.record.data > end) return -1;
  const type = dns.recordType(bytes, after);
  const kind = dns.recordClass(bytes, after);
  if (type !== DNS_TYPE_OPT) {
    if (isMulticast && kind & dns.CACHE_FLUSH) out.text(" (Cache flush)");
    printClass(out, isMulticast ? kind & ~dns.CACHE_FLUSH : kind);
    if (options.verbose > 2) {
      out.text(" [");
      printDuration(out, dns.recordTtl(bytes, after));
      out.text("]");
    }
  }
  out.byte(0x20);
  printType(out, type);
  const size = dns.recordLength(bytes, after);
  const data = after + dns.record.data;
  const dataEnd = data + size;
  if (
    !printRecordData(
      out,
      bytes,
      { type, kind, flags: dns.recordTtl(bytes, after), data, dataEnd, message: start, end },
      options,
    )
  )
    return -1;
  return dataEnd;
}

function printType(out: LineWriter, type: number): void {
  const name = typeName(type);
  if (name !== undefined) return out.text(name);
  out.text("Type");
  out.decimal(type);
}

function printClass(out: LineWriter, kind: number): void {
  if (kind === dns.CLASS_IN) return;
  out.byte(0x20);
  const name = classes[kind];
  if (name !== undefined) return out.text(name);
  out.text("(Class ");
  out.decimal(kind);
  out.text(")");
}
