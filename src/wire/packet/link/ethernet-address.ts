// Ethernet addresses (IEEE 802, 8.2): as six bytes, as text, or as 48-bit integers, which are quick to look up.

export const BROADCAST = "ff:ff:ff:ff:ff:ff";

// Bits of the first byte.

/** Set in the address of a group, including the broadcast address. */
export const GROUP_BIT = 0x01;
/** Set in an address that the device's administrator assigned, rather than its vendor. */
export const LOCAL_BIT = 0x02;

/** Returns the first byte of an address in text form. */
export function firstByte(mac: string): number {
  return Number.parseInt(mac.slice(0, 2), 16);
}
