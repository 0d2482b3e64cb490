import { randomBytes, randomInt } from "node:crypto";
import { formatInetAddress } from "../../wire/inet-address.js";

/**
 * 198.18.0.0/15 is reserved for benchmarks (RFC 2544, RFC 6890). Nobody on the Internet has such an address, so no
 * third party ever appears in a decoy. Unlike private and documentation addresses, it isn't among the zones that
 * resolvers answer by themselves (RFC 6303), so a query for it leaves the host that asks, and its resolver too. The
 * lower half is left out, because some proxies give their users "fake" addresses there.
 */
const IPV4_PREFIX = [198, 19] as const;
/**
 * The corresponding IPv6 prefix, 2001:2::/48 (RFC 5180). RFC 6303 doesn't list it either, but it lists 2001:db8::/32
 * and fd00::/8.
 */
const IPV6_PREFIX = [0x20, 0x01, 0x00, 0x02, 0x00, 0x00] as const;

/** The prefixes that {@link inventAddress} takes its addresses from, as text. */
export const INVENTED_IPV4 = "198.19.0.0/16";
export const INVENTED_IPV6 = "2001:2::/48";

/** An address that nobody has: 4 or 16 bytes. */
export interface InventedAddress {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Invents an address that isn't in `used`, and adds it there. There are only 64,516 IPv4 addresses, so ask for far
 * fewer.
 */
export function inventAddress(version: 4 | 6, used: Set<string>): InventedAddress {
  for (;;) {
    const bytes = version === 4 ? inventIpv4() : Uint8Array.from([...IPV6_PREFIX, ...randomBytes(10)]);
    const text = formatInetAddress(bytes) as string;
    if (used.has(text)) continue;
    used.add(text);
    return { bytes, text };
  }
}

/** Avoids octets of 0 and 255. Some sniffers take such addresses for networks and broadcasts, which have no name. */
function inventIpv4(): Uint8Array {
  return Uint8Array.from([...IPV4_PREFIX, randomInt(1, 255), randomInt(1, 255)]);
}
