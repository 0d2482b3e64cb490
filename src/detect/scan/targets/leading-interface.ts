import { PromiscError, usageError } from "../../../errors.js";
import { EACCES, EHOSTUNREACH, EINVAL, ENETUNREACH } from "../../../linux/ffi/errno.js";
import type { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { formatInetAddress } from "../../../wire/inet-address.js";
import type { Link } from "../../../wire/kernel/rtnetlink/link.js";
import { hopsOf, type Route, RTN_ANYCAST, RTN_LOCAL } from "../../../wire/kernel/rtnetlink/route.js";
import { ethernetLinks, namesOf } from "../../ethernet-interface.js";
import { covers, linkLocal, onLinkPrefixes } from "./prefix.js";
import { type AddressRange, toBytes } from "./range.js";

export const ONLY_THE_LINK =
  "only hosts of the same link can be scanned: frames with wrong addresses cross no router";

/** How many own addresses are skipped at the beginning of a target. A local route may cover all of it. */
const MOST_OWN = 256n;

/** The reasons why the kernel refuses to send to an address. */
const refusals: Readonly<Record<number, string>> = {
  [ENETUNREACH]: "no route leads to",
  [EHOSTUNREACH]: "a route of the type unreachable is for",
  [EACCES]: "a route or rule of the type prohibit is for",
  [EINVAL]: "a route or rule of the type blackhole is for",
};

/**
 * Returns the interface of the kernel's route to a target.
 * @throws PromiscError `usage` if there is no route, or only one through a router or to this host itself; also for
 *   link-local addresses if there are several links
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

/** Every link has link-local addresses, so with several links the kernel's route to one of them means nothing. */
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
    `it may be on any of several links: ${namesOf([link, ...others])}`,
    "name the interface: promisc scan -i IFACE",
  );
}

/** A route and its destination. */
interface RouteTowards {
  readonly route: Route;
  /** The name of the address in a sentence about the target: "it" if the address is the whole target. */
  readonly subject: string;
}

/**
 * Returns the kernel's route to the first address of a target that isn't this host's own, as the first address of a
 * network often is. If the target begins with too many own addresses, returns a route that {@link isOwn}.
 * @throws PromiscError `usage` if there is no route, or one that refuses packets
 */
function routeTowards(rtnetlink: Rtnetlink, target: AddressRange): RouteTowards {
  const { family, first, last, isNamed, text } = target;
  for (let at = first; ; at++) {
    const bytes = toBytes(at, family === 4 ? 4 : 16);
    const address = formatInetAddress(bytes) ?? text;
    const subject = isNamed ? "it" : address;
    try {
      const route = rtnetlink.routeTo(bytes, `scan ${text}`);
      if (!isOwn(route) || at === last || at - first === MOST_OWN) return { route, subject };
    } catch (error) {
      throw explained(error, subject, isNamed ? address : text);
    }
  }
}

/** Reports whether a route ends at this host itself. Its anycast addresses count too. */
function isOwn({ type }: Route): boolean {
  return type === RTN_LOCAL || type === RTN_ANYCAST;
}

/**
 * Explains the kernel's refusal of a target. Returns any other error unchanged.
 * @param destination what a route to the target leads to
 */
function explained(error: unknown, subject: string, destination: string): unknown {
  if (!(error instanceof PromiscError) || !error.errno) return error;
  const { operation, errno } = error;
  const refusal = refusals[errno.number];
  if (refusal === undefined) return error;
  return new PromiscError({
    code: "usage",
    operation,
    errno,
    reason: `${refusal} ${subject}`,
    hint: destination.includes("-")
      ? "if they are on a link of this host, name its interface: promisc scan -i IFACE, or add a route to their network"
      : `if ${destination} is on a link of this host: ip route add ${destination} dev IFACE`,
    cause: error,
  });
}
