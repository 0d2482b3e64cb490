import { PromiscError } from "../../errors.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { resolveLink } from "../../promiscuity/interface-name.js";
import { IFF_LOOPBACK, IFF_RUNNING, IFF_UP, type Link } from "../../wire/kernel/rtnetlink/link.js";
import { linkTypeFor, linkTypesFor } from "./link-type.js";
import { ANY_INTERFACE } from "./live-interface.js";

/** The name that stands for each interface that is up. */
export const ALL_INTERFACES = "all";

/** Returns the names of the interfaces that are up: those that `"all"` stands for. */
export function captureInterfaces(): string[] {
  using rtnetlink = new Rtnetlink();
  return upLinks(rtnetlink).flatMap(({ name }) => name ?? []);
}

/** The links that {@link ALL_INTERFACES} stands for. */
export function upLinks(rtnetlink: Rtnetlink): Link[] {
  return rtnetlink.links().filter(({ flags }) => flags & IFF_UP);
}

/**
 * Returns the interface that tcpdump captures on when none is named: the first that is up and has a carrier, then
 * the first that is up, and a loopback interface only if there is no other.
 * @throws PromiscError `no-interface` if none is up
 */
export function defaultCaptureInterface(): string {
  using rtnetlink = new Rtnetlink();
  const up = upLinks(rtnetlink);
  const others = up.filter(({ flags }) => !(flags & IFF_LOOPBACK));
  const link = others.find(({ flags }) => flags & IFF_RUNNING) ?? others[0] ?? up[0];
  if (link?.name !== undefined) return link.name;
  throw new PromiscError({
    code: "no-interface",
    operation: "capture",
    reason: "no interface is up",
    hint: "ip link set DEV up brings one up; promisc lists them",
  });
}

/**
 * Reports whether {@link openCapture} takes a name: whether there is an interface of that name or alternative name, or it
 * is `"any"` or `"all"`.
 * @throws PromiscError `privilege` if the kernel doesn't say
 */
export function isCaptureInterface(name: string): boolean {
  if (name === ANY_INTERFACE || name === ALL_INTERFACES) return true;
  using rtnetlink = new Rtnetlink();
  try {
    resolveLink(rtnetlink, name, "capture");
    return true;
  } catch (error) {
    if (error instanceof PromiscError && error.code !== "privilege") return false;
    throw error;
  }
}

/**
 * Returns the link type (`LINKTYPE_`) that a capture on an interface has: `LINUX_SLL2` for hardware whose own headers
 * can't be read, and for `"any"`.
 * @param wanted one that is asked for, which must be among those of {@link linkTypesOfInterface}
 * @throws PromiscError `usage` for a name that no interface can have, or if the interface doesn't offer the wanted link
 *   type; `no-interface` if there is no such interface
 */
export function linkTypeOfInterface(name: string, wanted?: number): number {
  return linkTypeFor(linkOf(name), wanted, `capture on ${name}`);
}

/**
 * Returns the link types (`LINKTYPE_`) that a capture on an interface can have.
 * @throws PromiscError as {@link linkTypeOfInterface} does
 */
export function linkTypesOfInterface(name: string): readonly number[] {
  return linkTypesFor(linkOf(name));
}

function linkOf(name: string): Link | undefined {
  if (name === ANY_INTERFACE) return undefined;
  using rtnetlink = new Rtnetlink();
  return resolveLink(rtnetlink, name, `capture on ${name}`);
}
