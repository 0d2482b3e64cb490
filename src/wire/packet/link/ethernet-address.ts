// Ethernet addresses (IEEE 802, 8.2): six bytes, or their texts, or numbers of 48 bits that are quick to look up.

export const BROADCAST = "ff:ff:ff:ff:ff:ff";

// Bits of the first byte.

/** Of many stations: a group's, or everyone's. */
export const GROUP_BIT = 0x01;
/** Made up by whoever administers the device, so that no vendor is registered for it. */
export const LOCAL_BIT = 0x02;

/** The first byte of an address's text. */
export function firstByte(mac: string): number {
  return Number.parseInt(mac.slice(0, 2), 16);
}
