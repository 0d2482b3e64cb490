import { present } from "../../present.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { macvlanData, macvlanModes } from "../../wire/kernel/rtnetlink/link-data.js";
import type { DeviceFacts } from "./holder.js";

/** A link, and the inode number of the network namespace that it is in. */
export interface LocatedLink {
  readonly link: Link;
  readonly netns: number;
}

export function describeDevice({ link, netns }: LocatedLink): DeviceFacts {
  const mode = isMacvlan(link) ? macvlanModes[readMacvlan(link).mode ?? 0] : undefined;
  return {
    ifindex: link.index,
    ifname: link.name ?? "",
    info_kind: link.info?.kind ?? "",
    ...present({ mode }),
    netns,
  };
}

/** macvtap is a macvlan with a character device instead of a network stack on top. */
export function isMacvlan({ info }: Link): boolean {
  return info?.kind === "macvlan" || info?.kind === "macvtap";
}

export function readMacvlan({ info }: Link): { mode?: number; flags?: number } {
  const { data } = info ?? {};
  return data ? macvlanData.read(data, 0, data.length, "IFLA_INFO_DATA") : {};
}
