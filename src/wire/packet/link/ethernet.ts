import { need } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeMac } from "../../parse-address.js";
import { GROUP_BIT } from "./ethernet-address.js";

/** Size of an Ethernet header (IEEE 802.3, 3.1.1), without preamble and frame check sequence. */
export const ETHERNET_SIZE = 14;

/** Size of the shortest frame, without its check sequence (linux/if_ether.h). */
export const ETH_ZLEN = 60;

/** Most bytes behind the header of a frame of IEEE 802.3 (linux/if_ether.h). */
export const ETH_DATA_LEN = 1500;

/** Offsets in bytes from the header's start (IEEE 802.3, 3.1.1). */
export const field = { destination: 0, source: 6, etherType: 12 } as const;

// Accessors of a header at `at`. They check nothing: the header must be there.

/** A type, or below 0x0600 a length. */
export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/** Whether the frame is for a group: the lowest bit of its destination's first byte (IEEE 802, 8.2.2). */
export function isGroup(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + field.destination] as number) & GROUP_BIT) !== 0;
}

export interface Ethernet {
  readonly destination: string;
  readonly source: string;
  /** Below 0x0600 it is no type but the length of an IEEE 802.3 frame, whose payload is LLC. */
  readonly etherType: number;
}

export function readEthernet(bytes: Uint8Array, at = 0, end = bytes.length): Ethernet {
  need("Ethernet", at, ETHERNET_SIZE, end);
  return {
    destination: hardwareAddressAt(bytes, at + field.destination),
    source: hardwareAddressAt(bytes, at + field.source),
    etherType: etherType(bytes, at),
  };
}

/** @returns the offset after it */
export function writeEthernet(value: Ethernet, into: Uint8Array, at = 0): number {
  writeMac(value.destination, into, at + field.destination);
  writeMac(value.source, into, at + field.source);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + ETHERNET_SIZE;
}
