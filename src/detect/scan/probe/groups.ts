import { randomBytes } from "node:crypto";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import { etherCrc } from "../../../wire/packet/link/ethernet-crc.js";

/**
 * Group addresses that nobody has joined, unforeseeable, no two of which fall together in the hash filters of common
 * cards: neither by the Ethernet CRC's top six bits (rtl8139, 8390) nor by its low six (tulip), nor by 12 bits of the last
 * two bytes (Intel).
 * @returns texts such as `01:00:5e:51:2c:90`; a third each of IPv4's groups, IPv6's, and of no protocol
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

/** Away from where protocols have theirs: IPv4's 224.0.0.0/24 and IPv6's solicited-node and well-known ones. */
function randomGroup(kind: number): Buffer {
  const bytes = randomBytes(6);
  if (kind === 0) Buffer.from([0x01, 0x00, 0x5e, ((bytes[3] as number) & 0x7f) | 0x40]).copy(bytes);
  else if (kind === 1) Buffer.from([0x33, 0x33, ((bytes[2] as number) & 0x7f) | 0x40]).copy(bytes);
  else bytes[0] = ((bytes[0] as number) & 0xfc) | 0x03;
  return bytes;
}
