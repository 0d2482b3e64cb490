import { present } from "../present.js";
import { IFF_ALLMULTI, IFF_PROMISC, type Link } from "../wire/kernel/rtnetlink/link.js";

/** An interface's promiscuity at one moment, in the kernel's three views, which can disagree. */
export interface Promiscuity {
  /** Whether the interface is promiscuous now, which means that `promiscuity` isn't 0. */
  readonly promiscuous: boolean;
  /** The administrator's flag: `IFF_PROMISC` as `ip` and `ioctl` show it. */
  readonly promiscFlag: boolean;
  /**
   * How many times the kernel has been asked to make the interface promiscuous; the administrator's flag counts as one.
   */
  readonly promiscuity: number;
  /** The administrator's flag for all multicast frames, `IFF_ALLMULTI`. */
  readonly allmultiFlag: boolean;
  /** How many times the kernel has been asked to receive all multicast frames; absent before Linux 6.0. */
  readonly allmulti?: number;
}

/** Returns the promiscuity that one of the kernel's messages shows. */
export function describePromiscuity(link: Link): Promiscuity {
  const promiscuity = link.promiscuity ?? 0;
  return {
    promiscuous: promiscuity > 0,
    promiscFlag: Boolean(link.flags & IFF_PROMISC),
    promiscuity,
    allmultiFlag: Boolean(link.flags & IFF_ALLMULTI),
    ...present({ allmulti: link.allmulti }),
  };
}

/** An interface's promiscuity before and after a change. */
export interface PromiscuityChange {
  readonly ifindex: number;
  readonly ifname: string;
  readonly before: Promiscuity;
  readonly after: Promiscuity;
}

/** Returns the promiscuity of an interface before and after a change. */
export function describeChange(before: Link, after: Link): PromiscuityChange {
  return {
    ifindex: after.index,
    ifname: after.name ?? "",
    before: describePromiscuity(before),
    after: describePromiscuity(after),
  };
}
