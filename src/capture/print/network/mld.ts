import { type Context, has } from "../context.js";
import { u16 } from "../field.js";

const QUERY = 130;
const V2_REPORT = 143;
/** RFC 2710's messages have this length; queries that are longer are RFC 3810's. */
const V1_SIZE = 24;
const V2_QUERY_SIZE = 28;

const recordTypes: Readonly<Record<number, string>> = {
  1: "is_in",
  2: "is_ex",
  3: "to_in",
  4: "to_ex",
  5: "allow",
  6: "block",
};

/** Multicast listener discovery; false if it is cut short. */
export function printMld(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  const type = bytes[start] as number;
  if (type === V2_REPORT) return printReport(context, start, length);
  if (type === QUERY && length >= V2_QUERY_SIZE) return printQuery(context, start, length);
  if (type === QUERY && length !== V1_SIZE) {
    out.text(" unknown-version (len ");
    out.decimal(length);
    out.text(") ");
    return true;
  }
  if (!has(context, start, V1_SIZE)) return false;
  // tcpdump has nothing between the type and this.
  out.text("max resp delay: ");
  out.decimal(u16(bytes, start + 4));
  out.text(" addr: ");
  out.ipv6(bytes, start + 8);
  return true;
}

function printQuery(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  if (!has(context, start, V2_QUERY_SIZE)) return false;
  const code = u16(bytes, start + 4);
  out.text(" v2");
  // RFC 3810, section 5.1.3: from 2¹⁵ on it is a mantissa and an exponent.
  const delay = code < 32768 ? code : ((code & 0x0fff) | 0x1000) << (((code & 0x7000) >>> 12) + 3);
  if (options.verbose > 0) {
    out.text(" [max resp delay=");
    out.decimal(delay);
    out.text("]");
  }
  out.text(" [gaddr ");
  out.ipv6(bytes, start + 8);
  if (options.verbose > 0) {
    const flags = bytes[start + 24] as number;
    if (flags & 8) out.text(" sflag");
    if (flags & 7) {
      out.text(" robustness=");
      out.decimal(flags & 7);
    }
    const interval = bytes[start + 25] as number;
    out.text(" qqi=");
    out.decimal(interval < 128 ? interval : ((interval & 0x0f) | 0x10) << (((interval & 0x70) >>> 4) + 3));
  }
  const sources = u16(bytes, start + 26);
  if (sources > 0) {
    if (length < V2_QUERY_SIZE + sources * 16) {
      out.text(" [invalid number of sources ");
      out.decimal(sources);
      out.text("]");
    } else if (options.verbose > 1) {
      out.text(" {");
      for (let source = 0; source < sources; source++) {
        const at = start + V2_QUERY_SIZE + source * 16;
        if (!has(context, at, 16)) return false;
        out.byte(0x20);
        out.ipv6(bytes, at);
      }
      out.text(" }");
    } else {
      out.text(", ");
      out.decimal(sources);
      out.text(" source(s)");
    }
  }
  out.text("]");
  return true;
}

function printReport(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  if (!has(context, start, 8)) return false;
  const groups = u16(bytes, start + 6);
  out.text(", ");
  out.decimal(groups);
  out.text(" group record(s)");
  if (options.verbose === 0) return true;
  let at = start + 8;
  for (let group = 0; group < groups; group++) {
    if (at + 20 > start + length) {
      out.text(" [invalid number of groups]");
      return true;
    }
    if (!has(context, at, 20)) return false;
    out.text(" [gaddr ");
    out.ipv6(bytes, at + 4);
    const type = bytes[at] as number;
    out.byte(0x20);
    const name = recordTypes[type];
    if (name !== undefined) out.text(name);
    else {
      out.text(" [v2-report-#");
      out.decimal(type);
      out.text("]");
    }
    const sources = u16(bytes, at + 2);
    if (at + 20 + sources * 16 > start + length) {
      out.text(" [invalid number of sources ");
      out.decimal(sources);
      out.text("]");
      return true;
    }
    if (options.verbose > 1) {
      out.text(" {");
      for (let source = 0; source < sources; source++) {
        if (!has(context, at + 20 + source * 16, 16)) return false;
        out.byte(0x20);
        out.ipv6(bytes, at + 20 + source * 16);
      }
      out.text(" }");
    } else {
      out.text(", ");
      out.decimal(sources);
      out.text(" source(s)");
    }
    out.text("]");
    at += 20 + sources * 16 + (bytes[at + 1] as number) * 4;
  }
  return true;
}
