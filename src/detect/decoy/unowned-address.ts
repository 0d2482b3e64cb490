import { randomBytes } from "node:crypto";
import type { Rtnetlink } from "../../linux/rtnetlink.js";
import { formatHardwareAddress } from "../../wire/hardware-address.js";
import type { Link } from "../../wire/rtnetlink/link.js";

/**
 * An Ethernet address that nobody has: unicast, locally administered (IEEE 802, 8.2), random, and none that the
 * interface or its neighbour table knows. Hubs and switches send frames for it everywhere, and every card that filters
 * drops them: an all-multicast one too, a promiscuous one not.
 * @param taken addresses that somebody is known to have: `02:fc:00:00:00:01`
 */
export function unownedAddress(rtnetlink: Rtnetlink, link: Link, taken: Iterable<string> = []): string {
  const owned = new Set([...taken].map((address) => address.toLowerCase()));
  if (link.address) owned.add(formatHardwareAddress(link.address));
  for (const { linkAddress } of rtnetlink.neighbours(link.index))
    if (linkAddress) owned.add(formatHardwareAddress(linkAddress));
  for (;;) {
    const bytes = randomBytes(6);
    bytes[0] = ((bytes[0] as number) & 0xfc) | 0x02;
    const address = formatHardwareAddress(bytes);
    if (!owned.has(address)) return address;
  }
}
