import { randomBytes } from "node:crypto";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import { etherCrc } from "../../../wire/packet/link/ethernet-crc.js";

/**
 * Returns random group addresses that hosts haven't joined. No two of them share a bin in the hash filters of common
 * cards: by the top six bits of the Ethernet CRC (rtl8139, 8390), by its low six bits (tulip), or by 12 bits of the
 * last two bytes (Intel).
 * @returns texts such as `01:00:5e:51:2c:90`; one third each of IPv4 groups, IPv6 groups, and groups of no protocol
 */
export function randomGroups(count: number): string[] {
  const groups: string[] = [];
  const taken = [new Set<number>(), new Set<number>(), new Set<number>()] as const;
  while (groups.length < count) {
    const bytes = randomGroup(groups.length % 3);
    const crc = etherCrc(bytes, 0, bytes.length);
    const bins = [
      crc >>> 26,
      crc & 0x3f,
      ((bytes[5] as number) << 4) | ((bytes[4] as number) >>> 4),
    ] as const;
    if (bins.some((bin, filter) => taken[filter]?.has(bin))) continue;
    for (const [filter, bin] of bins.entries()) taken[filter]?.add(bin);
    groups.push(formatHardwareAddress(bytes));
  }
  return groups;
}

/** Avoids the ranges that protocols use: IPv4's 224.0.0.0/24, and IPv6's solicited-node and well-known groups. */
function randomGroup(kind: number): Buffer {
  const bytes = randomBytes(6);
  if (kind === 0) Buffer.from([0x01, 0x00, 0x5e, ((bytes[3] as number) & 0x7f) | 0x40]).copy(bytes);
  else if (kind === 1) Buffer.from([0x33, 0x33, ((bytes[2] as number) & 0x7f) | 0x40]).copy(bytes);
  else bytes[0] = ((bytes[0] as number) & 0xfc) | 0x03;
  return bytes;
}
