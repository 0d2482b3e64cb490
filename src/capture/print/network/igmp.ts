import { checksumRest, sumWords } from "../checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { printDuration } from "../duration.js";
import { u16 } from "../field.js";

// RFC 1112, RFC 2236, RFC 3376
const QUERY = 0x11;
const V1_REPORT = 0x12;
const V2_REPORT = 0x16;
const LEAVE = 0x17;
const V3_REPORT = 0x22;

const recordTypes: Readonly<Record<number, string>> = {
  1: "is_in",
  2: "is_ex",
  3: "to_in",
  4: "to_ex",
  5: "allow",
  6: "block",
};

export function printIgmp(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (options.quiet) return out.text("igmp");
  if (!has(context, start, 1)) return printTruncated(context, "igmp");
  if (!printMessage(context, start, length)) return printTruncated(context, "igmp");
  if (options.verbose > 0 && has(context, start, length)) {
    const rest = checksumRest(sumWords(bytes, start, start + length));
    if (rest !== 0) {
      out.text(" bad igmp cksum ");
      out.hex(u16(bytes, start + 2));
      out.text("!");
    }
  }
}

function printMessage(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  const type = bytes[start] as number;
  switch (type) {
    case QUERY:
      return printQuery(context, start, length);
    case V1_REPORT:
    case V2_REPORT:
      if (!has(context, start, 8)) return false;
      out.text(type === V1_REPORT ? "igmp v1 report " : "igmp v2 report ");
      out.ipv4(bytes, start + 4);
      if (length !== 8) printOddLength(context, length);
      return true;
    case LEAVE:
      if (!has(context, start, 8)) return false;
      out.text("igmp leave ");
      out.ipv4(bytes, start + 4);
      if (length !== 8) printOddLength(context, length);
      return true;
    case V3_REPORT:
      return printReport(context, start, length);
    default:
      out.text("igmp-");
      out.decimal(type);
      return true;
  }
}

function printOddLength({ out }: Context, length: number): void {
  out.text(" [len ");
  out.decimal(length);
  out.text("]");
}

function printQuery(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  out.text("igmp query ");
  if (length >= 12) return printV3Query(context, start, length);
  if (!has(context, start, 8)) return false;
  const code = bytes[start + 1] as number;
  if (code > 0) {
    out.text("v2");
    if (code !== 100) {
      out.text(" [max resp time ");
      out.decimal(code);
      out.text("]");
    }
  } else out.text("v1");
  if (!isZero(bytes, start + 4)) {
    out.text(" [gaddr ");
    out.ipv4(bytes, start + 4);
    out.text("]");
  }
  if (length !== 8) printOddLength(context, length);
  return true;
}

function printV3Query(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  out.text("v3");
  // Minimum is the group and the rest behind it.
  if (!has(context, start, 12)) return false;
  const code = bytes[start + 1] as number;
  const tenths = code < 128 ? code : ((code & 0x0f) | 0x10) << (((code >>> 4) & 7) + 3);
  if (code !== 100) {
    out.text(" [max resp time ");
    if (tenths < 600) printTenths(context, tenths);
    else printDuration(out, Math.floor(tenths / 10));
    out.text("]");
  }
  if (!isZero(bytes, start + 4) || u16(bytes, start + 10) > 0) {
    out.text(" [gaddr ");
    out.ipv4(bytes, start + 4);
    const sources = u16(bytes, start + 10);
    if (sources > 0) {
      if (12 + sources * 4 > length) {
        out.text(" [invalid number of sources ");
        out.decimal(sources);
        out.text("]");
      } else if (options.verbose > 1) {
        out.text(" {");
        for (let source = 0; source < sources; source++) {
          if (!has(context, start + 12 + source * 4, 4)) return false;
          out.byte(0x20);
          out.ipv4(bytes, start + 12 + source * 4);
        }
        out.text(" }");
      } else {
        out.text(", ");
        out.decimal(sources);
        out.text(" source(s)");
      }
    }
    out.text("]");
  }
  return true;
}

function printReport(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  out.text("igmp v3 report");
  if (length < 16 || length % 4 !== 0) {
    out.text(" [invalid len ");
    out.decimal(length);
    out.text("]");
    return true;
  }
  if (!has(context, start, 8)) return false;
  const groups = u16(bytes, start + 6);
  out.text(", ");
  out.decimal(groups);
  out.text(" group record(s)");
  if (options.verbose === 0) return true;
  let at = start + 8;
  for (let group = 0; group < groups; group++) {
    if (at + 8 > start + length) {
      out.text(" [invalid number of groups]");
      return true;
    }
    if (!has(context, at, 8)) return false;
    out.text(" [gaddr ");
    out.ipv4(bytes, at + 4);
    const type = bytes[at] as number;
    out.byte(0x20);
    const name = recordTypes[type];
    if (name !== undefined) out.text(name);
    else {
      out.text("[v3-report-#");
      out.decimal(type);
      out.text("]");
    }
    const sources = u16(bytes, at + 2);
    if (at + 8 + sources * 4 > start + length) {
      out.text(" [invalid number of sources ");
      out.decimal(sources);
      out.text("]");
      return true;
    }
    if (options.verbose > 1) {
      out.text(" {");
      for (let source = 0; source < sources; source++) {
        if (!has(context, at + 8 + source * 4, 4)) return false;
        out.byte(0x20);
        out.ipv4(bytes, at + 8 + source * 4);
      }
      out.text(" }");
    } else {
      out.text(", ");
      out.decimal(sources);
      out.text(" source(s)");
    }
    out.text("]");
    at += 8 + sources * 4;
  }
  return true;
}

function printTenths({ out }: Context, tenths: number): void {
  out.decimal(Math.floor(tenths / 10));
  out.byte(0x2e);
  out.decimal(tenths % 10);
  out.text("s");
}

function isZero(bytes: Uint8Array, at: number): boolean {
  return u16(bytes, at) === 0 && u16(bytes, at + 2) === 0;
}
