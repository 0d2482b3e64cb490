import { endianness } from "node:os";

/**
 * Why golden bytes can't be read on this machine, or false. They are from a little-endian machine, and netlink uses the
 * host's byte order.
 */
export const otherByteOrder: string | false =
  endianness() === "BE" && "the golden bytes are of a little-endian machine";

/** Parses bytes in hexadecimal with any white space. `#` begins a comment, which ends with the line. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, "").replace(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not bytes in hexadecimal: ${digits}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
