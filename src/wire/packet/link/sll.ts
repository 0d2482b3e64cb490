import { need, unwritable } from "../../bytes.js";
import { formatHardwareAddress } from "../../hardware-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress } from "../../parse-address.js";

/** Size of the header of LINKTYPE_LINUX_SLL (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). */
export const SLL_SIZE = 16;

/** Room for a hardware address, of which longer ones fill it. */
export const SLL_ADDRESS_ROOM = 8;

/** Offsets in bytes from the header's start. */
export const field = {
  packetType: 0,
  hardwareType: 2,
  addressLength: 4,
  address: 6,
  etherType: 14,
} as const;

// Accessors of a header at `at`. They check nothing: the header must be there.

/** `PACKET_*` */
export function packetType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.packetType);
}

/** `ARPHRD_*` */
export function hardwareType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.hardwareType);
}

/** Of the address, which is cut to 8 bytes. */
export function addressLength(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.addressLength);
}

export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/** What stands for the link-layer header of a cooked capture, as from the interface "any". */
export interface Sll {
  /** `PACKET_*` of linux/if_packet.h: 0 to this host, 4 sent by it. */
  readonly packetType: number;
  /** `ARPHRD_*` */
  readonly hardwareType: number;
  /** Of the address, which is cut to 8 bytes. */
  readonly addressLength: number;
  /** The sender's hardware address. */
  readonly address: string;
  readonly etherType: number;
}

/** The address at `at` of a header of either version. */
export function sllAddressAt(bytes: Uint8Array, at: number, length: number): string {
  return formatHardwareAddress(bytes.subarray(at, at + Math.min(length, SLL_ADDRESS_ROOM)));
}

/** Fills the room for an address at `at`, in a header of either version. */
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

/** @returns the offset after it */
export function writeSll(value: Sll, into: Uint8Array, at = 0): number {
  writeBe16(into, at + field.packetType, value.packetType);
  writeBe16(into, at + field.hardwareType, value.hardwareType);
  writeBe16(into, at + field.addressLength, value.addressLength);
  writeSllAddress(value.address, into, at + field.address);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + SLL_SIZE;
}
