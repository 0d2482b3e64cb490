import { usageError } from "../errors.js";
import type { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { resolveLink } from "../promiscuity/interface-name.js";
import { formatHardwareAddress } from "../wire/hardware-address.js";
import { AF_INET } from "../wire/kernel/address-family.js";
import type { Address } from "../wire/kernel/rtnetlink/address.js";
import { ARPHRD_ETHER } from "../wire/kernel/rtnetlink/arphrd.js";
import { IFF_UP, type Link } from "../wire/kernel/rtnetlink/link.js";
import { hopsOf, type Route, RT_TABLE_MAIN } from "../wire/kernel/rtnetlink/route.js";

/** An interface that decoys can be sent through. */
export interface EthernetInterface {
  readonly link: Link;
  /**
   * The interface's Ethernet address, which is the source of every decoy. Another one would mislead switches, and trip
   * their port security.
   */
  readonly mac: string;
  readonly addresses: readonly Address[];
}

/**
 * Finds an Ethernet interface by its name.
 * @throws PromiscError `usage` if it isn't Ethernet, `no-interface` if there is none
 */
export function ethernetInterface(rtnetlink: Rtnetlink, name: string, operation: string): EthernetInterface {
  const link = resolveLink(rtnetlink, name, operation);
  if (link.type !== ARPHRD_ETHER || link.address?.length !== 6)
    throw usageError(operation, "it isn't an Ethernet interface", "promisc show lists the interfaces");
  return { link, mac: formatHardwareAddress(link.address), addresses: rtnetlink.addresses(link.index) };
}

/** Returns the Ethernet interfaces that are up. */
export function ethernetLinks(rtnetlink: Rtnetlink): Link[] {
  return rtnetlink.links().filter(({ type, flags }) => type === ARPHRD_ETHER && flags & IFF_UP);
}

/**
 * Returns the Ethernet interface of the IPv4 default route with the lowest metric. Without such a route, returns the
 * only interface that is up and has an IPv4 address.
 * @throws PromiscError `usage` if there is none, or if there are several
 */
export function interfaceOfDefaultRoute(rtnetlink: Rtnetlink, operation: string): Link {
  const addresses = rtnetlink.addresses();
  const candidates = ethernetLinks(rtnetlink).filter(({ index }) =>
    addresses.some((address) => address.index === index && address.family === AF_INET),
  );
  const [leading = candidates.length === 1 ? candidates[0] : undefined] = rtnetlink
    .routes()
    .filter(isIpv4Default)
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
    .flatMap(hopsOf)
    .flatMap((hop) => candidates.filter(({ index }) => index === hop.index));
  if (leading) return leading;
  throw usageError(
    operation,
    candidates.length === 0
      ? "no Ethernet interface is up and has an IPv4 address"
      : `there are several networks: ${namesOf(candidates)}`,
    "name the interface: promisc scan -i IFACE",
  );
}

function isIpv4Default({ family, destinationLength, tableId }: Route): boolean {
  return family === AF_INET && destinationLength === 0 && tableId === RT_TABLE_MAIN;
}

/** Lists the names of interfaces for an error message. */
export function namesOf(links: readonly Link[]): string {
  return links.map(({ name }) => name).join(", ");
}
