import { decodeString, encodeString, need, readU16, writeU16 } from "../bytes.js";

/** linux/if.h: a name has at most 15 bytes and a NUL. */
export const IFNAMSIZ = 16;

/** Size of `struct ifreq` (netdevice(7)) on 64-bit machines; on 32-bit ones the last eight bytes are unused. */
export const IFREQ_SIZE = 40;

const field = { name: 0, flags: IFNAMSIZ } as const;

/** `struct ifreq` as `SIOCGIFFLAGS` and `SIOCSIFFLAGS` use it. */
export interface InterfaceFlagsRequest {
  name: string;
  /** `IFF_*`: the lowest 16 bits only, all that `ifr_flags` has room for. */
  flags: number;
}

export function readIfreq(bytes: Uint8Array): InterfaceFlagsRequest {
  need("ifreq", 0, IFREQ_SIZE, bytes.length);
  let end = 0;
  while (end < IFNAMSIZ && bytes[end] !== 0) end++;
  return { name: decodeString(bytes, field.name, end), flags: readU16(bytes, field.flags) };
}

/** Writes `IFREQ_SIZE` bytes. The name must be of at most 15 bytes. */
export function writeIfreq(value: InterfaceFlagsRequest, into: Uint8Array): void {
  into.fill(0, 0, IFREQ_SIZE);
  into.set(encodeString(value.name).subarray(0, IFNAMSIZ - 1), field.name);
  writeU16(into, field.flags, value.flags);
}
