import { PromiscError } from "../../../errors.js";
import { EACCES, EHOSTUNREACH, EINVAL, ENETUNREACH } from "../../../linux/ffi/errno.js";
import type { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { formatInetAddress } from "../../../wire/inet-address.js";
import { type Route, RTN_ANYCAST, RTN_LOCAL } from "../../../wire/kernel/rtnetlink/route.js";
import { type AddressRange, toBytes } from "./range.js";

/** How many own addresses are passed over at the beginning of a target: a local route may cover all of it. */
const MOST_OWN = 256n;

/** Why the kernel sends nothing to an address. */
const refusals: Readonly<Record<number, string>> = {
  [ENETUNREACH]: "no route leads to",
  [EHOSTUNREACH]: "a route of the type unreachable is for",
  [EACCES]: "a route or rule of the type prohibit is for",
  [EINVAL]: "a route or rule of the type blackhole is for",
};

/** A route, and to what. */
export interface RouteTowards {
  readonly route: Route;
  /** The address as a sentence about the target has it: "it" if the target is nothing more. */
  readonly subject: string;
}

/**
 * The kernel's route to a target's first address that isn't this host's own: the first of a network may well be. If the
 * target begins with nothing else, a route that {@link isOwn}.
 * @throws PromiscError `usage` if no route leads there, or one that refuses
 */
export function routeTowards(rtnetlink: Rtnetlink, target: AddressRange): RouteTowards {
  const { family, first, last, isNamed, text } = target;
  for (let at = first; ; at++) {
    const bytes = toBytes(at, family === 4 ? 4 : 16);
    const address = formatInetAddress(bytes) ?? text;
    const subject = isNamed ? "it" : address;
    try {
      const route = rtnetlink.routeTo(bytes, `scan ${text}`);
      if (!isOwn(route) || at === last || at - first === MOST_OWN) return { route, subject };
    } catch (error) {
      throw explained(error, subject, address);
    }
  }
}

/** Whether a route ends at this host itself; anycast addresses are among those that it has. */
export function isOwn({ type }: Route): boolean {
  return type === RTN_LOCAL || type === RTN_ANYCAST;
}

/** The kernel's refusal, with what it means for the target; any other error as it is. */
function explained(error: unknown, subject: string, address: string): unknown {
  if (!(error instanceof PromiscError) || !error.errno) return error;
  const { operation, errno } = error;
  const refusal = refusals[errno.number];
  if (refusal === undefined) return error;
  return new PromiscError({
    code: "usage",
    operation,
    errno,
    reason: `${refusal} ${subject}`,
    hint: `if it is on a link of this host: ip route add ${address} dev IFACE`,
    cause: error,
  });
}
