import { need, readU16, readU32 } from "../../bytes.js";
import { linkAddressField } from "../../kernel/socket-address.js";
import { readBe16, readBe32, writeBe16, writeBe32 } from "../../network-order.js";
import { SLL_ADDRESS_ROOM, type Sll, sllAddressAt, writeSllAddress } from "./sll.js";

/** Size of the header of LINKTYPE_LINUX_SLL2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html) in bytes. */
export const SLL2_SIZE = 20;

/** Offsets from the header's start, in bytes. */
export const field = {
  etherType: 0,
  reserved: 2,
  interfaceIndex: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

export function interfaceIndex(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.interfaceIndex);
}

/** Returns an `ARPHRD_*` value. */
export function hardwareType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.hardwareType);
}

/** Returns a `PACKET_*` value. */
export function packetType(bytes: Uint8Array, at: number): number {
  return bytes[at + field.packetType] as number;
}

/** Returns the length of the sender's address in bytes. The address itself is truncated to 8 bytes. */
export function addressLength(bytes: Uint8Array, at: number): number {
  return bytes[at + field.addressLength] as number;
}

/** The second version of a cooked capture's header, which includes the interface. */
export interface Sll2 extends Sll {
  readonly interfaceIndex: number;
}

export function readSll2(bytes: Uint8Array, at = 0, end = bytes.length): Sll2 {
  need("SLL2", at, SLL2_SIZE, end);
  return {
    etherType: etherType(bytes, at),
    interfaceIndex: interfaceIndex(bytes, at),
    hardwareType: hardwareType(bytes, at),
    packetType: packetType(bytes, at),
    addressLength: addressLength(bytes, at),
    address: sllAddressAt(bytes, at + field.address, addressLength(bytes, at)),
  };
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeSll2(value: Sll2, into: Uint8Array, at = 0): number {
  writeBe16(into, at + field.etherType, value.etherType);
  writeBe16(into, at + field.reserved, 0);
  writeBe32(into, at + field.interfaceIndex, value.interfaceIndex);
  writeBe16(into, at + field.hardwareType, value.hardwareType);
  into[at + field.packetType] = value.packetType;
  into[at + field.addressLength] = value.addressLength;
  writeSllAddress(value.address, into, at + field.address);
  return at + SLL2_SIZE;
}

/**
 * Converts the `struct sockaddr_ll` at `from` to a header at `to`, without allocating anything. The two must not
 * overlap. The structure is in host byte order, except for its protocol: see writeLinkAddress of socket-address.ts.
 */
export function linkAddressToSll2(bytes: Uint8Array, from: number, to: number): void {
  writeBe16(bytes, to + field.etherType, readBe16(bytes, from + linkAddressField.protocol));
  writeBe16(bytes, to + field.reserved, 0);
  writeBe32(bytes, to + field.interfaceIndex, readU32(bytes, from + linkAddressField.index));
  writeBe16(bytes, to + field.hardwareType, readU16(bytes, from + linkAddressField.hardwareType));
  bytes[to + field.packetType] = bytes[from + linkAddressField.packetType] as number;
  bytes[to + field.addressLength] = bytes[from + linkAddressField.addressLength] as number;
  for (let at = 0; at < SLL_ADDRESS_ROOM; at++)
    bytes[to + field.address + at] = bytes[from + linkAddressField.address + at] as number;
}
