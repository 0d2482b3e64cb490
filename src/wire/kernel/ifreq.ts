import { decodeString, encodeString, need, readU16, writeU16, writeU64 } from "../bytes.js";
import { ARPHRD_ETHER } from "./rtnetlink/arphrd.js";
import { writeInetSocketAddress } from "./socket-address.js";

// linux/sockios.h: requests of ioctl(2) with a `struct ifreq`.
export const SIOCGIFFLAGS = 0x8913;
export const SIOCSIFFLAGS = 0x8914;
export const SIOCSIFADDR = 0x8916;
export const SIOCSIFNETMASK = 0x891c;
export const SIOCSIFHWADDR = 0x8924;
export const SIOCETHTOOL = 0x8946;

/** linux/if.h: the size of an interface name, including the terminating NUL. */
export const IFNAMSIZ = 16;

/** Size of `struct ifreq` (netdevice(7)) on 64-bit machines. On 32-bit machines, the last eight bytes are unused. */
export const IFREQ_SIZE = 40;

/** The name is followed by a union: flags, the address of further data, or a `struct sockaddr`, whose data follow its family. */
const field = {
  name: 0,
  flags: IFNAMSIZ,
  data: IFNAMSIZ,
  address: IFNAMSIZ,
  addressData: IFNAMSIZ + 2,
} as const;

/** `struct ifreq` as `SIOCGIFFLAGS` and `SIOCSIFFLAGS` use it. */
export interface InterfaceFlagsRequest {
  name: string;
  /** `IFF_*`: the lowest 16 bits, as `ifr_flags` holds no more. */
  flags: number;
}

export function readIfreq(bytes: Uint8Array): InterfaceFlagsRequest {
  need("ifreq", 0, IFREQ_SIZE, bytes.length);
  let end = 0;
  while (end < IFNAMSIZ && bytes[end] !== 0) end++;
  return { name: decodeString(bytes, field.name, end), flags: readU16(bytes, field.flags) };
}

/** Writes a `struct ifreq` of `IFREQ_SIZE` bytes with flags. The name must have at most 15 bytes. */
export function writeIfreq(value: InterfaceFlagsRequest, into: Uint8Array): void {
  into.fill(0, 0, IFREQ_SIZE);
  into.set(encodeString(value.name).subarray(0, IFNAMSIZ - 1), field.name);
  writeU16(into, field.flags, value.flags);
}

/** Writes a `struct ifreq` with the address of further data, as for `SIOCETHTOOL`. */
export function writeDataIfreq(name: string, address: bigint, into: Uint8Array): void {
  writeIfreq({ name, flags: 0 }, into);
  writeU64(into, field.data, address);
}

/** Writes a `struct ifreq` with an IPv4 address of four bytes, for `SIOCSIFADDR` and `SIOCSIFNETMASK`. */
export function writeInetIfreq(name: string, address: Uint8Array, into: Uint8Array): void {
  writeIfreq({ name, flags: 0 }, into);
  writeInetSocketAddress(address, 0, into, field.address);
}

/** Writes a `struct ifreq` with an Ethernet address, for `SIOCSIFHWADDR`. */
export function writeHardwareIfreq(name: string, address: Uint8Array, into: Uint8Array): void {
  // The address family of a hardware address is the interface's type.
  writeIfreq({ name, flags: ARPHRD_ETHER }, into);
  into.set(address, field.addressData);
}
