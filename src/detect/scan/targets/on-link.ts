import { AF_INET } from "../../../wire/kernel/rtnetlink/address.js";
import { hopsOf, type Route } from "../../../wire/kernel/rtnetlink/route.js";
import type { Prefix } from "./prefix.js";
import { toNumber } from "./range.js";

/** The prefixes whose hosts are, by these routes, neighbours on an interface's link: no router leads to them. */
export function onLinkPrefixes(routes: readonly Route[], index: number): Prefix[] {
  return routes
    .filter((route) => hopsOf(route).some((hop) => hop.index === index && hop.gateway === undefined))
    .map(({ family, destination = [], destinationLength }) => ({
      family: family === AF_INET ? 4 : 6,
      address: toNumber(destination),
      prefixLength: destinationLength,
    }));
}
