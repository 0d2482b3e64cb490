import { readBe16, readBe32 } from "./network-order.js";

/** The length of an Ethernet address in bytes. */
export const MAC_SIZE = 6;

const octet = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** Formats a hardware address as `ip` does: `02:fc:00:00:00:01`. */
export function formatHardwareAddress(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += (at === 0 ? "" : ":") + octet[bytes[at] as number];
  return text;
}

/** Formats the six bytes at `at` as a hardware address, without a view of them. */
export function hardwareAddressAt(bytes: Uint8Array, at: number): string {
  return `${hexOctet(bytes, at)}:${hexOctet(bytes, at + 1)}:${hexOctet(bytes, at + 2)}:${hexOctet(bytes, at + 3)}:${hexOctet(bytes, at + 4)}:${hexOctet(bytes, at + 5)}`;
}

/** Returns the six bytes at `at` as a 48-bit integer in network byte order. */
export function macNumberAt(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at) * 2 ** 32 + readBe32(bytes, at + 2);
}

function hexOctet(bytes: Uint8Array, at: number): string {
  return octet[bytes[at] as number] as string;
}

/** Formats bytes as lower-case hexadecimal digits, two per byte, without separators. */
export function formatHex(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += octet[bytes[at] as number];
  return text;
}

/**
 * Formats an amateur radio call sign (AX.25, 3.12): six characters and a station number, each shifted left by one bit.
 * An empty one is formatted as `*`, as in `ip`.
 */
export function formatAx25Address(bytes: Uint8Array): string {
  const station = ((bytes[6] ?? 0) >> 1) & 0x0f;
  const characters = Array.from(bytes.subarray(0, 6), (byte) => String.fromCharCode(byte >> 1));
  const text = characters.join("").replaceAll(" ", "");
  // ip stops at a NUL, because the text is a C string there.
  const [shown = ""] = `${text}-${station}`.split("\0");
  return shown === "" || shown.startsWith("-") ? "*" : shown;
}

/** Formats a ROSE address: the ten decimal digits of an X.121 number, two per byte. */
export function formatRoseAddress(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 5), (byte) => digit(byte >> 4) + digit(byte & 0x0f)).join("");
}

/** Formats half a byte as `ip` does, also if it isn't a decimal digit. */
function digit(value: number): string {
  return String.fromCharCode(0x30 + value);
}
