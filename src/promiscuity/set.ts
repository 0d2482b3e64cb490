import { checkBoolean, checkOptions, type OptionKinds } from "../check-options.js";
import { InterfaceIoctl } from "../linux/interface/interface-ioctl.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { IFF_PROMISC, type Link } from "../wire/kernel/rtnetlink/link.js";
import { resolveLink, spoken } from "./interface-name.js";
import { describeChange, type PromiscuityChange } from "./promiscuity.js";

/** How the request is made: by rtnetlink(7), as `ip` does, or by `SIOCGIFFLAGS` and `SIOCSIFFLAGS` (netdevice(7)). */
export type SetVia = "netlink" | "ioctl";

/** Options of {@link setPromiscuous}. */
export interface SetOptions {
  /** Defaults to `netlink`. */
  readonly via?: SetVia;
}

const setOptions: OptionKinds<SetOptions> = { via: ["netlink", "ioctl"] };

/**
 * Sets or clears the administrator's flag, `IFF_PROMISC`, as `ip link set DEV promisc on|off` does. No other flag
 * changes. The interface stays promiscuous as long as anything else holds it: see `after.promiscuity`.
 * @param name a name, an alternative name, or a name as `ip` prints it (`veth0@if7`)
 * @param on whether to set or to clear the flag
 * @param options `via`: how the request is made; defaults to `netlink`
 * @returns the interface's promiscuity before and after
 * @throws PromiscError `privilege` without CAP_NET_ADMIN, `usage` if the name can't be an interface's, `no-interface`
 *   if there is no such interface
 */
export function setPromiscuous(name: string, on: boolean, options: SetOptions = {}): PromiscuityChange {
  checkBoolean("setPromiscuous", "on", on);
  checkOptions("setPromiscuous", options, setOptions);
  const { via = "netlink" } = options;
  using rtnetlink = new Rtnetlink();
  const operation = `${on ? "set" : "clear"} promiscuous mode on ${spoken(name)}`;
  return setPromiscuousLink(rtnetlink, resolveLink(rtnetlink, name, operation), on, via, operation);
}

/**
 * Does what {@link setPromiscuous} does on a link that was already looked up.
 * @throws PromiscError `no-interface` if the link no longer exists
 */
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
