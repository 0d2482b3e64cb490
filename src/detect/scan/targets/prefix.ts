import { AF_INET } from "../../../wire/kernel/address-family.js";
import { hopsOf, type Route } from "../../../wire/kernel/rtnetlink/route.js";
import type { AddressRange } from "./range.js";
import { toNumber } from "./range.js";

/** All addresses that begin with the same bits as the given one. */
export interface Prefix {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly prefixLength: number;
}

/** An interface's address, with the prefix of its network. */
export interface Network extends Prefix {
  /** `192.0.2.1/24` */
  readonly text: string;
}

/** Link-local addresses (RFC 4291, 2.4). Every link has them, and they have no meaning without the link. */
export const linkLocal: Prefix = { family: 6, address: 0xfe80n << 112n, prefixLength: 10 };

/** Reports whether all addresses of a range are in a prefix. */
export function covers(
  { family, address, prefixLength }: Prefix,
  range: Pick<AddressRange, "family" | "first" | "last">,
): boolean {
  const hostBits = BigInt((family === 4 ? 32 : 128) - prefixLength);
  const isIn = (each: bigint): boolean => each >> hostBits === address >> hostBits;
  return range.family === family && isIn(range.first) && isIn(range.last);
}

/**
 * Returns the prefixes whose hosts are neighbours on an interface's link according to these routes, which don't use a
 * router.
 */
export function onLinkPrefixes(routes: readonly Route[], index: number): Prefix[] {
  return routes
    .filter((route) => hopsOf(route).some((hop) => hop.index === index && hop.gateway === undefined))
    .map(({ family, destination = [], destinationLength }) => ({
      family: family === AF_INET ? 4 : 6,
      address: toNumber(destination),
      prefixLength: destinationLength,
    }));
}
