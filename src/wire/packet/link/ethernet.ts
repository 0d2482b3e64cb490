import { need } from "../../bytes.js";
import { hardwareAddressAt } from "../../hardware-address.js";
import { readBe16, writeBe16 } from "../../network-order.js";
import { writeMac } from "../../parse-address.js";

/** Size of an Ethernet header (IEEE 802.3, 3.1.1), without preamble and frame check sequence. */
export const ETHERNET_SIZE = 14;

export const field = { destination: 0, source: 6, etherType: 12 } as const;

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
    etherType: readBe16(bytes, at + field.etherType),
  };
}

/** @returns the offset after it */
export function writeEthernet(value: Ethernet, into: Uint8Array, at = 0): number {
  writeMac(value.destination, into, at + field.destination);
  writeMac(value.source, into, at + field.source);
  writeBe16(into, at + field.etherType, value.etherType);
  return at + ETHERNET_SIZE;
}
