/** IEEE 802.3, 3.2.9, with the highest power first. */
const POLYNOMIAL = 0x04c11db7;
const INITIAL = 0xffffffff;

/**
 * Computes the frame check sequence as network cards use it to filter group addresses: the frame's first bit is the
 * highest power, and the result isn't complemented, as in `ether_crc` of linux/crc32.h.
 */
export function etherCrc(bytes: Uint8Array, start: number, end: number): number {
  let crc = INITIAL;
  for (let at = start; at < end; at++) crc = withOctet(crc, bytes[at] as number);
  return crc >>> 0;
}

/** Computes {@link etherCrc} over the six bytes of an address given as a 48-bit integer. */
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
