import { ALL } from "../../capture/live/capture.js";
import { ANY } from "../../capture/live/live-interface.js";
import { PromiscError } from "../../errors.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { resolveLink } from "../../promiscuity/interface-name.js";
import { IFF_LOOPBACK, IFF_UP } from "../../wire/kernel/rtnetlink/link.js";

/** Whether a word of the command line is an interface. */
export function exists(name: string): boolean {
  if (name === ANY || name === ALL) return true;
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
 * The interface that is captured on when none is named, as tcpdump chooses it: the first that is up, a loopback last.
 * @throws PromiscError `no-interface`
 */
export function defaultInterface(): string {
  using rtnetlink = new Rtnetlink();
  const up = rtnetlink.links().filter(({ flags }) => flags & IFF_UP);
  const link = up.find(({ flags }) => !(flags & IFF_LOOPBACK)) ?? up[0];
  if (link?.name !== undefined) return link.name;
  throw new PromiscError({
    code: "no-interface",
    operation: "capture",
    reason: "no interface is up",
    hint: "ip link set DEV up brings one up; promisc lists them",
  });
}
