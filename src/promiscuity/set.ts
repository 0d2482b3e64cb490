import { InterfaceIoctl } from "../linux/interface/interface-ioctl.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { IFF_PROMISC, type Link } from "../wire/kernel/rtnetlink/link.js";
import { resolveLink, spoken } from "./interface-name.js";
import { describeChange, type PromiscuityChange } from "./promiscuity.js";

/** The way to the kernel: rtnetlink(7) as `ip` goes it, or `SIOCGIFFLAGS` and `SIOCSIFFLAGS` (netdevice(7)). */
export type SetVia = "netlink" | "ioctl";

/**
 * Sets or clears the administrator's flag, `IFF_PROMISC`, as `ip link set DEV promisc on|off` does, and no other flag.
 * The interface stays promiscuous as long as anything else holds it: see `after.promiscuity`.
 * @throws PromiscError `privilege` without CAP_NET_ADMIN, `usage` for what can't be a name, `no-interface`
 */
export function setPromiscuous(
  name: string,
  on: boolean,
  { via = "netlink" as SetVia } = {},
): PromiscuityChange {
  using rtnetlink = new Rtnetlink();
  const operation = `${on ? "set" : "clear"} promiscuous mode on ${spoken(name)}`;
  return setPromiscuousLink(rtnetlink, resolveLink(rtnetlink, name, operation), on, via, operation);
}

/** {@link setPromiscuous} on a link already looked up; `no-interface` if it is gone since. */
export function setPromiscuousLink(
  rtnetlink: Rtnetlink,
  link: Link,
  on: boolean,
  via: SetVia,
  operation: string,
): PromiscuityChange {
  if (via === "ioctl") setByIoctl(link.name ?? "", on, operation);
  else rtnetlink.setFlags(link.index, on ? IFF_PROMISC : 0, IFF_PROMISC, operation);
  return describeChange(link, rtnetlink.link(link.index, `read ${link.name} back`));
}

function setByIoctl(name: string, on: boolean, operation: string): void {
  using ioctl = new InterfaceIoctl();
  const flags = ioctl.flags(name, operation);
  ioctl.setFlags(name, on ? flags | IFF_PROMISC : flags & ~IFF_PROMISC, operation);
}
