import { randomBytes } from "node:crypto";
import type { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { formatHardwareAddress } from "../wire/hardware-address.js";
import { GROUP_BIT, LOCAL_BIT } from "../wire/packet/link/ethernet-address.js";

/**
 * Returns a random, locally administered unicast address that is not in use. For each host of the link, the chance that
 * it has this address is 1 in 2^46.
 */
export function unownedAddress(taken: ReadonlySet<string>): string {
  for (;;) {
    const bytes = randomBytes(6);
    bytes[0] = ((bytes[0] as number) & ~GROUP_BIT) | LOCAL_BIT;
    const address = formatHardwareAddress(bytes);
    if (!taken.has(address)) return address;
  }
}

/** Returns the hardware addresses that this machine knows: its own, its neighbours', and those in its bridges. */
export function knownAddresses(rtnetlink: Rtnetlink): Set<string> {
  const neighbours = [...rtnetlink.neighbours(), ...rtnetlink.forwardingEntries()];
  const addresses = [
    ...rtnetlink.links().map(({ address }) => address),
    ...neighbours.map(({ linkAddress }) => linkAddress),
  ];
  return new Set(addresses.filter((address) => address !== undefined).map(formatHardwareAddress));
}
