import { need, readU16, unwritable } from "../../bytes.js";
import { formatHardwareAddress } from "../../hardware-address.js";
import { linkAddressField } from "../../kernel/socket-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress } from "../../parse-address.js";

/** Size of the header of LINKTYPE_LINUX_SLL (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html) in bytes. */
export const SLL_SIZE = 16;

/** The room for a hardware address in bytes. Longer addresses are truncated. */
export const SLL_ADDRESS_ROOM = 8;

/** Offsets from the header's start, in bytes. */
export const field = {
  packetType: 0,
  hardwareType: 2,
  addressLength: 4,
  address: 6,
  etherType: 14,
} as const;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

/** Returns a `PACKET_*` value. */
export function packetType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.packetType);
}

/** Returns an `ARPHRD_*` value. */
export function hardwareType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.hardwareType);
}

/** Returns the length of the sender's address in bytes. The address itself is truncated to 8 bytes. */
export function addressLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.addressLength);
}

export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/** The header that replaces the link-level header in a cooked capture, such as one on "any". */
export interface Sll {
  /** `PACKET_*` of linux/if_packet.h: 0 for packets to this host, 4 for packets sent by it. */
  readonly packetType: number;
  /** `ARPHRD_*` */
  readonly hardwareType: number;
  /** The length of the sender's address in bytes. The address itself is truncated to 8 bytes. */
  readonly addressLength: number;
  /** The sender's hardware address. */
  readonly address: string;
  readonly etherType: number;
}

/** Formats the address at `at`, in a header of either version. */
export function sllAddressAt(bytes: Uint8Array, at: number, length: number): string {
  return formatHardwareAddress(bytes.subarray(at, at + Math.min(length, SLL_ADDRESS_ROOM)));
}

/** Writes an address at `at` in a header of either version, and clears the rest of its room. */
export function writeSllAddress(address: string, into: Uint8Array, at: number): void {
  into.fill(0, at, at + SLL_ADDRESS_ROOM);
  if (hardwareAddressSize(address) > SLL_ADDRESS_ROOM)
    throw unwritable("SLL address", `more than ${SLL_ADDRESS_ROOM} octets`);
  writeHardwareAddress(address, into, at);
}

export function readSll(bytes: Uint8Array, at = 0, end = bytes.length): Sll {
  need("SLL", at, SLL_SIZE, end);
  return {
    packetType: packetType(bytes, at),
    hardwareType: hardwareType(bytes, at),
    addressLength: addressLength(bytes, at),
    address: sllAddressAt(bytes, at + field.address, addressLength(bytes, at)),
    etherType: etherType(bytes, at),
  };
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeSll(value: Sll, into: Uint8Array, at = 0): number {
  writeBe16(into, at + field.packetType, value.packetType);
  writeBe16(into, at + field.hardwareType, value.hardwareType);
  writeBe16(into, at + field.addressLength, value.addressLength);
  writeSllAddress(value.address, into, at + field.address);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + SLL_SIZE;
}

/**
 * Converts the `struct sockaddr_ll` at `from` to a header at `to`, as linkAddressToSll2 of sll2.ts does for the second
 * version.
 */
export function linkAddressToSll(bytes: Uint8Array, from: number, to: number): void {
  writeBe16(bytes, to + field.packetType, bytes[from + linkAddressField.packetType] as number);
  writeBe16(bytes, to + field.hardwareType, readU16(bytes, from + linkAddressField.hardwareType));
  writeBe16(bytes, to + field.addressLength, bytes[from + linkAddressField.addressLength] as number);
  for (let at = 0; at < SLL_ADDRESS_ROOM; at++)
    bytes[to + field.address + at] = bytes[from + linkAddressField.address + at] as number;
  writeBe16(bytes, to + field.etherType, readBe16(bytes, from + linkAddressField.protocol));
}
