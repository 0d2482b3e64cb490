import { randomBytes, randomInt } from "node:crypto";
import { formatInetAddress } from "../../wire/inet-address.js";

/**
 * 198.18.0.0/15 is for benchmarks (RFC 2544, RFC 6890): nobody on the Internet has such an address, so that no third
 * party is ever in a decoy. Unlike private and documentation addresses it isn't among the zones that resolvers answer
 * by themselves (RFC 6303): a query for it leaves the host that asks, and its resolver too. The lower half is left out,
 * because some proxies give their users "fake" addresses there.
 */
const IPV4_PREFIX = [198, 19] as const;
/** Its equal of IPv6, 2001:2::/48 (RFC 5180), which RFC 6303 doesn't name either. 2001:db8::/32 and fd00::/8 it does. */
const IPV6_PREFIX = [0x20, 0x01, 0x00, 0x02, 0x00, 0x00] as const;

/** What {@link inventAddress} takes its addresses from, in words. */
export const INVENTED_IPV4 = "198.19.0.0/16";
export const INVENTED_IPV6 = "2001:2::/48";

/** An address that nobody has: 4 or 16 bytes. */
export interface InventedAddress {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Invents an address that isn't in `used`, and adds it. There are 64,516 of IPv4, so ask for far fewer. */
export function inventAddress(version: 4 | 6, used: Set<string>): InventedAddress {
  for (;;) {
    const bytes = version === 4 ? inventIpv4() : Uint8Array.from([...IPV6_PREFIX, ...randomBytes(10)]);
    const text = formatInetAddress(bytes) as string;
    if (used.has(text)) continue;
    used.add(text);
    return { bytes, text };
  }
}

/** No octet of 0 or 255: some sniffers take those for networks and broadcasts, which have no name. */
function inventIpv4(): Uint8Array {
  return Uint8Array.from([...IPV4_PREFIX, randomInt(1, 255), randomInt(1, 255)]);
}
