import { endianness } from "node:os";

/** Why golden bytes can't be read here, or false: they are of a little-endian machine, and netlink is in host order. */
export const otherByteOrder: string | false =
  endianness() === "BE" && "the golden bytes are of a little-endian machine";

/** Bytes in hexadecimal, laid out freely; `#` begins a comment, which ends with the line. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, "").replace(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not bytes in hexadecimal: ${digits}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
