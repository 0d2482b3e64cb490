import { u16 } from "../field.js";
import type { LineWriter } from "../line-writer.js";

const POINTER = 0xc0;

/** Where a name ends, or -1 if that lies at or behind `end`. */
export function skipName(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const length = bytes[at] as number;
    if (length === 0) return at + 1;
    if ((length & POINTER) === POINTER) return at + 2 <= end ? at + 2 : -1;
    if (length & POINTER) return -1;
    at += length + 1;
  }
  return -1;
}

/**
 * Prints a name with its pointers followed.
 * @param message where the DNS message begins
 * @returns where it ends, or -1 if it is cut short or wrong
 */
export function printName(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  message: number,
  end: number,
): number {
  let at = start;
  let after = -1;
  let isFirst = true;
  // Each pointer has to point further back than the one before: so they end.
  let bound = start - message;
  for (;;) {
    if (at >= end) return -1;
    const length = bytes[at] as number;
    if ((length & POINTER) === POINTER) {
      if (at + 2 > end) return -1;
      if (after < 0) after = at + 2;
      const offset = u16(bytes, at) & 0x3fff;
      if (offset >= bound) {
        out.text("<BAD PTR>");
        return -1;
      }
      bound = offset;
      at = message + offset;
      continue;
    }
    if (length & POINTER) {
      // RFC 2671, section 3: an extended label, of which none is in use.
      out.text("<ELT ");
      out.decimal(length & ~POINTER);
      out.text(">");
      return -1;
    }
    if (length === 0) {
      if (isFirst) out.byte(0x2e);
      return after < 0 ? at + 1 : after;
    }
    if (at + 1 + length > end) {
      out.untrusted(bytes, at + 1, end);
      return -1;
    }
    out.untrusted(bytes, at + 1, at + 1 + length);
    out.byte(0x2e);
    isFirst = false;
    at += length + 1;
  }
}
