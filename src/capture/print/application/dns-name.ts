import {
  isPointer,
  isReserved,
  pointerEnd,
  pointerTarget,
  reservedType,
} from "../../../wire/packet/application/dns-name.js";
import type { LineWriter } from "../line-writer.js";

/**
 * Prints a name, following its compression pointers.
 * @param message offset of the DNS message
 * @returns the offset after the name, or -1 if it is truncated or malformed
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
  // Each pointer must point further back than the one before, so that every chain ends.
  let bound = start - message;
  for (;;) {
    if (at >= end) return -1;
    const length = bytes[at] as number;
    if (isPointer(length)) {
      if (pointerEnd(at) > end) return -1;
      if (after < 0) after = pointerEnd(at);
      const offset = pointerTarget(bytes, at);
      if (offset >= bound) {
        out.text("<BAD PTR>");
        return -1;
      }
      bound = offset;
      at = message + offset;
      continue;
    }
    if (isReserved(length)) {
      // "Extended label type", as tcpdump names it.
      out.text("<ELT ");
      out.decimal(reservedType(length));
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
