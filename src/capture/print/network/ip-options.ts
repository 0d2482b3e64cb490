import { type Context, has } from "../context.js";
import { u16 } from "../field.js";

// RFC 791, section 3.1
export const EOL = 0;
export const NOP = 1;
const RR = 7;
const TS = 0x44;
const SECURITY = 0x82;
export const LSRR = 0x83;
export const SSRR = 0x89;
const RA = 0x94;

const names: Readonly<Record<number, string>> = {
  [EOL]: "EOL",
  [NOP]: "NOP",
  [TS]: "timestamp",
  [SECURITY]: "security",
  [RR]: "RR",
  [SSRR]: "SSRR",
  [LSRR]: "LSRR",
  [RA]: "RA",
  134: "RFC1393",
};

/** The options of an IPv4 header, RFC 791; false if they are cut short. */
export function printIpOptions(context: Context, start: number, size: number): boolean {
  const { out, bytes } = context;
  let separator = "";
  for (let at = start, left = size; left > 0; ) {
    out.text(separator);
    separator = ",";
    if (!has(context, at, 1)) return false;
    const kind = bytes[at] as number;
    const name = names[kind];
    if (name === undefined) {
      out.text("unknown ");
      out.decimal(kind);
    } else out.text(name);
    let length = 1;
    if (kind !== EOL && kind !== NOP) {
      if (!has(context, at, 2)) return false;
      length = bytes[at + 1] as number;
      if (length < 2) {
        out.text(" [bad length ");
        out.decimal(length);
        out.text("]");
        return true;
      }
    }
    if (length > left) {
      out.text(" [bad length ");
      out.decimal(length);
      out.text("]");
      return true;
    }
    if (!has(context, at, length)) return false;
    if (kind === RA && length >= 4) {
      const value = u16(bytes, at + 2);
      if (length !== 4) {
        out.text(" [bad length ");
        out.decimal(length);
        out.text("]");
      } else if (value !== 0) {
        out.text(" value ");
        out.decimal(value);
      }
    } else if (kind === RR || kind === SSRR || kind === LSRR) printRoute(context, at, length);
    if (kind === EOL) break;
    at += length;
    left -= length;
  }
  return true;
}

function printRoute({ out, bytes }: Context, at: number, length: number): void {
  if (length < 3) {
    out.text(" [bad length ");
    out.decimal(length);
    out.text("]");
    return;
  }
  if ((length + 1) & 3) {
    out.text(" [bad length ");
    out.decimal(length);
    out.text("]");
  }
  const pointer = (bytes[at + 2] as number) - 1;
  if (pointer < 3 || (pointer + 1) & 3) {
    out.text(" [bad ptr ");
    out.decimal(pointer + 1);
    out.text("]");
  }
  for (let offset = 3; offset + 4 <= length; offset += 4) {
    out.byte(0x20);
    if (pointer > offset) out.byte(0x5e);
    out.ipv4(bytes, at + offset);
  }
}
