/** IEEE 802.3, 3.2.9, the highest power first. */
const POLYNOMIAL = 0x04c11db7;
const INITIAL = 0xffffffff;

/**
 * The check sequence of an Ethernet frame as cards' filters of group addresses use it: the first bit of the frame is the
 * highest power, and the result isn't complemented. As `ether_crc` of linux/crc32.h.
 */
export function etherCrc(bytes: Uint8Array, start: number, end: number): number {
  let crc = INITIAL;
  for (let at = start; at < end; at++) crc = withOctet(crc, bytes[at] as number);
  return crc >>> 0;
}

/** The same of the six octets of an address that is a number of 48 bits. */
export function etherCrcOfMac(address: number): number {
  let crc = INITIAL;
  for (let unit = 2 ** 40; unit >= 1; unit /= 2 ** 8) crc = withOctet(crc, Math.floor(address / unit) & 0xff);
  return crc >>> 0;
}

function withOctet(crc: number, octet: number): number {
  let next = crc;
  for (let bit = 0; bit < 8; bit++) {
    const carry = (next >>> 31) ^ ((octet >>> bit) & 1);
    next = (next << 1) ^ (carry ? POLYNOMIAL : 0);
  }
  return next;
}
