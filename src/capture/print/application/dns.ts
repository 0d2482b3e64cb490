import { printDuration } from "../duration.js";
import { u16, u32 } from "../field.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintOptions } from "../options.js";
import { printName, skipName } from "./dns-name.js";
import { printRecordData, typeName } from "./dns-record.js";

// RFC 1035, section 4.1.1
const HEADER_SIZE = 12;
const QUESTION_SIZE = 4;
const RECORD_SIZE = 10;
const CLASS_IN = 1;
const OPT = 41;
const INVERSE_QUERY = 1;

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
const classes: Readonly<Record<number, string>> = { 1: "IN", 3: "CHAOS", 4: "HS", 255: "ANY" };

/** A DNS or mDNS message. */
export function printDns(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
  options: PrintOptions,
  isMulticast = false,
): void {
  if (length < HEADER_SIZE) {
    out.text("domain [length ");
    out.decimal(length);
    return out.text(" < 12] (invalid)");
  }
  if (start + HEADER_SIZE > end) return out.text(" [|domain]");
  const message: Message = { out, bytes, start, end, options, isMulticast };
  const isResponse = (u16(bytes, start + 2) & 0x8000) !== 0;
  const isWhole = isResponse ? printResponse(message) : printQuery(message);
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
  const flags = u16(bytes, start + 2);
  const operation = (flags >>> 11) & 0xf;
  out.decimal(u16(bytes, start));
  out.text(operations[operation] as string);
  if (flags & 0x0100) out.text("+");
  if (flags & 0x0010) out.text("%");
  if (flags & 0x06cf) {
    out.text(" [b2&3=0x");
    out.hex(flags);
    out.text("]");
  }
  const questions = u16(bytes, start + 4);
  const answers = u16(bytes, start + 6);
  if (operation === INVERSE_QUERY) {
    if (questions > 0) printCount(out, questions, "q");
    if (answers !== 1) printCount(out, answers, "a");
  } else {
    if (answers > 0) printCount(out, answers, "a");
    if (questions !== 1) printCount(out, questions, "q");
  }
  const authorities = u16(bytes, start + 8);
  const additional = u16(bytes, start + 10);
  if (authorities > 0) printCount(out, authorities, "n");
  if (additional > 0) printCount(out, additional, "au");
  let at = printQuestions(message, start + HEADER_SIZE, questions);
  if (at < 0) return false;
  if (options.verbose < 2) return true;
  at = printRecords(message, at, answers, " ");
  if (at >= 0 && at < message.end) at = printRecords(message, at, authorities, " ns: ");
  if (at >= 0 && at < message.end) at = printRecords(message, at, additional, " ar: ");
  return at >= 0;
}

function printResponse(message: Message): boolean {
  const { out, bytes, start, end, options } = message;
  const flags = u16(bytes, start + 2);
  out.decimal(u16(bytes, start));
  out.text(operations[(flags >>> 11) & 0xf] as string);
  out.text(responses[flags & 0xf] as string);
  if (flags & 0x0400) out.text("*");
  if (!(flags & 0x0080)) out.text("-");
  if (flags & 0x0200) out.text("|");
  if (flags & 0x0020) out.text("$");
  const questions = u16(bytes, start + 4);
  if (questions !== 1) printCount(out, questions, "q");
  let at = start + HEADER_SIZE;
  for (let question = 0; question < questions; question++) {
    if (question > 0) out.text(",");
    if (options.verbose > 1) {
      out.text(" q:");
      at = printQuestion(message, at);
    } else {
      at = skipName(bytes, at, end);
      if (at >= 0) at += QUESTION_SIZE;
    }
    if (at < 0 || at > end) return false;
  }
  out.byte(0x20);
  out.decimal(u16(bytes, start + 6));
  out.text("/");
  out.decimal(u16(bytes, start + 8));
  out.text("/");
  out.decimal(u16(bytes, start + 10));
  at = printRecords(message, at, u16(bytes, start + 6), "");
  if (at < 0) return false;
  if (options.verbose < 2) return true;
  if (at < end) at = printRecords(message, at, u16(bytes, start + 8), " ns:");
  if (at >= 0 && at < end) at = printRecords(message, at, u16(bytes, start + 10), " ar:");
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

/** " A? example.org.": the type stands before the name that it follows in the message. */
function printQuestion({ out, bytes, start, end, isMulticast }: Message, at: number): number {
  const after = skipName(bytes, at, end);
  if (after < 0 || after + QUESTION_SIZE > end) return -1;
  out.byte(0x20);
  printType(out, u16(bytes, after));
  const kind = u16(bytes, after + 2);
  if (isMulticast) out.text(kind & 0x8000 ? " (QU)" : " (QM)");
  printClass(out, isMulticast ? kind & 0x7fff : kind);
  out.text("? ");
  return printName(out, bytes, at, start, end) < 0 ? -1 : after + QUESTION_SIZE;
}

/** @returns where they end, or -1 if they don't in what was captured */
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
  } else after = skipName(bytes, at, end);
  if (after < 0 || after + RECORD_SIZE > end) return -1;
  const type = u16(bytes, after);
  const kind = u16(bytes, after + 2);
  if (type !== OPT) {
    if (isMulticast && kind & 0x8000) out.text(" (Cache flush)");
    printClass(out, isMulticast ? kind & 0x7fff : kind);
    if (options.verbose > 1) {
      out.text(" [");
      printDuration(out, u32(bytes, after + 4));
      out.text("]");
    }
  }
  out.byte(0x20);
  printType(out, type);
  const size = u16(bytes, after + 8);
  const data = after + RECORD_SIZE;
  const dataEnd = data + size;
  if (
    !printRecordData(
      out,
      bytes,
      { type, kind, flags: u32(bytes, after + 4), data, dataEnd, message: start, end },
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
  if (kind === CLASS_IN) return;
  out.byte(0x20);
  const name = classes[kind];
  if (name !== undefined) return out.text(name);
  out.text("(Class ");
  out.decimal(kind);
  out.text(")");
}
