import { need } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeMac } from "../../parse-address.js";
import { GROUP_BIT } from "./ethernet-address.js";

/** Size of an Ethernet header (IEEE 802.3, 3.1.1) in bytes, without preamble and frame check sequence. */
export const ETHERNET_SIZE = 14;

/** Size of the shortest frame in bytes, without its frame check sequence (linux/if_ether.h). */
export const ETH_ZLEN = 60;

/** The largest number of bytes after the header of an IEEE 802.3 frame (linux/if_ether.h). */
export const ETH_DATA_LEN = 1500;

/** Offsets from the header's start, in bytes (IEEE 802.3, 3.1.1). */
export const field = { destination: 0, source: 6, etherType: 12 } as const;

// These functions read the fields of a header at `at` without checks: it must lie within `bytes`.

/** Returns the EtherType; below 0x0600, the field is a length. */
export function etherType(bytes: Uint8Array, at: number): number {
  return readBe16(bytes, at + field.etherType);
}

/**
 * Reports whether the frame is sent to a group: the lowest bit of the destination's first byte is set (IEEE 802,
 * 8.2.2).
 */
export function isGroup(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + field.destination] as number) & GROUP_BIT) !== 0;
}

/** An Ethernet header (IEEE 802.3, 3.1.1). */
export interface Ethernet {
  readonly destination: string;
  readonly source: string;
  /** The EtherType. Below 0x0600, the length of an IEEE 802.3 frame, whose payload begins with LLC. */
  readonly etherType: number;
}

/**
 * Reads the Ethernet header at `at`.
 * @param end end of the captured bytes
 * @throws PromiscError `malformed` if it is truncated
 */
export function readEthernet(bytes: Uint8Array, at = 0, end = bytes.length): Ethernet {
  need("Ethernet", at, ETHERNET_SIZE, end);
  return {
    destination: hardwareAddressAt(bytes, at + field.destination),
    source: hardwareAddressAt(bytes, at + field.source),
    etherType: etherType(bytes, at),
  };
}

/**
 * Writes an Ethernet header at `at`. `into` must have room for {@link ETHERNET_SIZE} bytes.
 * @returns the offset after it
 * @throws PromiscError `usage` if an address is invalid
 */
export function writeEthernet(value: Ethernet, into: Uint8Array, at = 0): number {
  writeMac(value.destination, into, at + field.destination);
  writeMac(value.source, into, at + field.source);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + ETHERNET_SIZE;
}
