import { usageError } from "../../../errors.js";
import type { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { formatInetAddress } from "../../../wire/inet-address.js";
import { AF_INET } from "../../../wire/kernel/rtnetlink/address.js";
import { ARPHRD_ETHER } from "../../../wire/kernel/rtnetlink/arphrd.js";
import { IFF_UP, type Link } from "../../../wire/kernel/rtnetlink/link.js";
import { hopsOf, type Route, RT_TABLE_MAIN } from "../../../wire/kernel/rtnetlink/route.js";
import { ONLY_THE_LINK } from "./not-scannable.js";
import { onLinkPrefixes } from "./on-link.js";
import { covers, linkLocal } from "./prefix.js";
import type { AddressRange } from "./range.js";
import { isOwn, routeTowards } from "./route-towards.js";

/**
 * The interface that the kernel's route to a target leads by.
 * @throws PromiscError `usage` if there is no route, or one by a router, or one to this host itself; and for link-local
 *   addresses that may be on several links
 */
export function interfaceTowards(rtnetlink: Rtnetlink, target: AddressRange): Link {
  if (covers(linkLocal, target)) return onlyLinkWith(rtnetlink, target);
  const operation = `scan ${target.text}`;
  const { route, subject } = routeTowards(rtnetlink, target);
  if (isOwn(route))
    throw usageError(operation, `${subject} is this host itself`, "name other hosts of its link");
  const [hop] = hopsOf(route);
  if (hop?.gateway) {
    const router = formatInetAddress(hop.gateway);
    throw usageError(operation, `${subject} is behind the router ${router}`, ONLY_THE_LINK);
  }
  return rtnetlink.link(hop?.index ?? 0, operation);
}

/**
 * The Ethernet interface of the IPv4 default route with the lowest metric; without one, the only interface that is up and
 * has an IPv4 address.
 * @throws PromiscError `usage` if there is none, or if there are several
 */
export function interfaceOfDefaultRoute(rtnetlink: Rtnetlink): Link {
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
    "scan",
    candidates.length === 0
      ? "no Ethernet interface is up and has an IPv4 address"
      : `there are several networks: ${names(candidates)}`,
    "name the interface: promisc scan -i IFACE",
  );
}

/** Every link has such addresses, so that the kernel's route to one is as good as any if there are several links. */
function onlyLinkWith(rtnetlink: Rtnetlink, target: AddressRange): Link {
  const operation = `scan ${target.text}`;
  const routes = rtnetlink.routes();
  const [link, ...others] = ethernetLinks(rtnetlink).filter(({ index }) =>
    onLinkPrefixes(routes, index).some((prefix) => covers(prefix, target)),
  );
  if (!link)
    throw usageError(
      operation,
      "no Ethernet interface is up and has an IPv6 address",
      "promisc show lists the interfaces",
    );
  if (others.length === 0) return link;
  throw usageError(
    operation,
    `it may be on any of several links: ${names([link, ...others])}`,
    "name the interface: promisc scan -i IFACE",
  );
}

function isIpv4Default({ family, destinationLength, tableId }: Route): boolean {
  return family === AF_INET && destinationLength === 0 && tableId === RT_TABLE_MAIN;
}

/** Those that are up. */
function ethernetLinks(rtnetlink: Rtnetlink): Link[] {
  return rtnetlink.links().filter(({ type, flags }) => type === ARPHRD_ETHER && flags & IFF_UP);
}

function names(links: readonly Link[]): string {
  return links.map(({ name }) => name).join(", ");
}
