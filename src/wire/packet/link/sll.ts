import { need, unwritable } from "../../bytes.js";
import { formatHardwareAddress } from "../../hardware-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { hardwareAddressSize, writeHardwareAddress } from "../../parse-address.js";

/** Sizes of the headers of LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 (https://www.tcpdump.org/linktypes.html). */
export const SLL_SIZE = 16;
export const SLL2_SIZE = 20;

/** Room for a hardware address, of which longer ones fill it. */
const ADDRESS_ROOM = 8;

export const cooked = {
  packetType: 0,
  hardwareType: 2,
  addressLength: 4,
  address: 6,
  etherType: 14,
} as const;
export const cooked2 = {
  etherType: 0,
  reserved: 2,
  interfaceIndex: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;

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

/** The second version, which tells the interface too. */
export interface Sll2 extends Sll {
  readonly interfaceIndex: number;
}

function addressAt(bytes: Uint8Array, at: number, length: number): string {
  return formatHardwareAddress(bytes.subarray(at, at + Math.min(length, ADDRESS_ROOM)));
}

function writeAddress(address: string, into: Uint8Array, at: number): void {
  into.fill(0, at, at + ADDRESS_ROOM);
  if (hardwareAddressSize(address) > ADDRESS_ROOM) throw unwritable("SLL address", "more than 8 octets");
  writeHardwareAddress(address, into, at);
}

export function readSll(bytes: Uint8Array, at = 0, end = bytes.length): Sll {
  need("SLL", at, SLL_SIZE, end);
  const addressLength = readBe16(bytes, at + cooked.addressLength);
  return {
    packetType: readBe16(bytes, at + cooked.packetType),
    hardwareType: readBe16(bytes, at + cooked.hardwareType),
    addressLength,
    address: addressAt(bytes, at + cooked.address, addressLength),
    etherType: readBe16(bytes, at + cooked.etherType),
  };
}

/** @returns the offset after it */
export function writeSll(value: Sll, into: Uint8Array, at = 0): number {
  writeBe16(into, at + cooked.packetType, value.packetType);
  writeBe16(into, at + cooked.hardwareType, value.hardwareType);
  writeBe16(into, at + cooked.addressLength, value.addressLength);
  writeAddress(value.address, into, at + cooked.address);
  writeBe16(into, at + cooked.etherType, value.etherType);
  return at + SLL_SIZE;
}

export function readSll2(bytes: Uint8Array, at = 0, end = bytes.length): Sll2 {
  need("SLL2", at, SLL2_SIZE, end);
  const addressLength = bytes[at + cooked2.addressLength] as number;
  return {
    etherType: readBe16(bytes, at + cooked2.etherType),
    interfaceIndex: readBe32(bytes, at + cooked2.interfaceIndex),
    hardwareType: readBe16(bytes, at + cooked2.hardwareType),
    packetType: bytes[at + cooked2.packetType] as number,
    addressLength,
    address: addressAt(bytes, at + cooked2.address, addressLength),
  };
}

/** @returns the offset after it */
export function writeSll2(value: Sll2, into: Uint8Array, at = 0): number {
  writeBe16(into, at + cooked2.etherType, value.etherType);
  writeBe16(into, at + cooked2.reserved, 0);
  writeBe32(into, at + cooked2.interfaceIndex, value.interfaceIndex);
  writeBe16(into, at + cooked2.hardwareType, value.hardwareType);
  into[at + cooked2.packetType] = value.packetType;
  into[at + cooked2.addressLength] = value.addressLength;
  writeAddress(value.address, into, at + cooked2.address);
  return at + SLL2_SIZE;
}
