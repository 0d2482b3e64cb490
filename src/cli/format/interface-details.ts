import type { Holder } from "../../promiscuity/holders/holder.js";
import type { NamespaceFacts } from "../../promiscuity/holders/namespace-facts.js";
import type { InterfaceState } from "../../promiscuity/interface-state.js";
import { describeHolder } from "./holder.js";
import { formatTable } from "./table.js";
import { printable } from "./text.js";

/** An interface's state and its holders. */
export interface HeldInterface extends InterfaceState {
  /** Known if holders were looked for. */
  readonly netns?: NamespaceFacts;
  readonly holders: readonly Holder[];
  readonly allmultiHolders: readonly Holder[];
}

/** Formats everything about one interface, with one fact per line. */
export function formatInterfaceDetails(state: HeldInterface, colour: boolean): string {
  const summary = state.promiscuous ? "promiscuous" : "not promiscuous";
  const heading = `${state.ifindex}: ${printable(state.ifname)}: ${summary}`;
  const rows = facts(state).map(([name, value]) => ["  ", name, printable(value)]);
  const lines = [colour && state.promiscuous ? `\x1b[1;33m${heading}\x1b[0m` : heading, ...formatTable(rows)];
  return `${lines.join("\n")}\n`;
}

function facts(state: HeldInterface): [string, string][] {
  const netns = state.netns?.inode ?? 0;
  const others = state.promiscuity - (state.promiscFlag ? 1 : 0);
  const found: [string, string | undefined][] = [
    ["flag", `${onOff(state.promiscFlag)} (the administrator's: ip link set promisc on|off)`],
    ["count", `${state.promiscuity} (flag ${state.promiscFlag ? 1 : 0}, others ${others})`],
    ...state.holders.map((holder): [string, string] => ["held by", describeHolder(holder, netns)]),
    ["all-multicast", `flag ${onOff(state.allmultiFlag)}, count ${state.allmulti ?? "unknown"}`],
    ...state.allmultiHolders.map((holder): [string, string] => [
      "multicast by",
      describeHolder(holder, netns),
    ]),
    ["state", state.operstate],
    ["flags", state.flags.join(",")],
    ["mtu", String(state.mtu)],
    ["link", [state.linkType, state.address].filter(Boolean).join(" ")],
    ["kind", state.linkinfo?.infoKind],
    [state.linkinfo?.infoKind === "veth" ? "peer" : "below", below(state)],
    ["master", state.master],
    ["names", state.altnames?.join(" ")],
    ["alias", state.ifalias],
    ...state.addrInfo.map(({ family, local, prefixlen, scope }): [string, string] => [
      String(family),
      `${local}/${prefixlen} scope ${scope}`,
    ]),
  ];
  return found.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function onOff(flag: boolean): string {
  return flag ? "on" : "off";
}

function below(state: HeldInterface): string | undefined {
  if (state.link) return state.link;
  if (!state.linkIndex) return undefined;
  return `if${state.linkIndex} in namespace ${state.linkNetns ?? `id ${state.linkNetnsid}`}`;
}
