import { spawnSync } from "node:child_process";
import type { InterfaceAddress, InterfaceState } from "../../promiscuity/interface-state.js";

/** The differences between versions of `ip`. */
export interface IpDialect {
  /** Whether the protocol of an address (`proto kernel_ll`) is printed, as iproute2 does since version 6.3. */
  readonly addressProtocol: boolean;
}

/** Returns the dialect of the installed `ip`, or that of the newest version if none is installed. */
export function installedIp(): IpDialect {
  const { stdout } = spawnSync("ip", ["-V"], { encoding: "latin1" });
  const match = /iproute2-(\d+)\.(\d+)/.exec(stdout ?? "");
  if (!match) return { addressProtocol: true };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return { addressProtocol: major > 6 || (major === 6 && minor >= 3) };
}

/** Formats an interface as `ip address show` prints it (ip-address(8)). */
export function formatIpAddress(state: InterfaceState, dialect: IpDialect): string {
  const lines = [firstLine(state), linkLine(state)];
  for (const name of state.altnames ?? []) lines.push(`    altname ${name}`);
  for (const address of state.addrInfo) lines.push(addressLine(address, dialect), lifetimeLine(address));
  return `${lines.join("\n")}\n`;
}

function firstLine(state: InterfaceState): string {
  const { ifindex, ifname, mtu, qdisc, master, operstate, group, txqlen } = state;
  // The "M-DOWN" of the device below follows the flags even if there are none. ip then prints "<,M-DOWN>".
  const flags = state.flags.length === 1 && state.flags[0] === "M-DOWN" ? ",M-DOWN" : state.flags.join(",");
  return [
    `${ifindex}: ${ifname}${suffix(state)}: <${flags}> mtu ${mtu} `,
    xdp(state),
    qdisc === undefined ? "" : `qdisc ${qdisc} `,
    master === undefined ? "" : `master ${master} `,
    `state ${operstate} `,
    `group ${group} `,
    txqlen === 0 ? "" : `qlen ${txqlen}`,
  ].join("");
}

function suffix({ link, linkIndex }: InterfaceState): string {
  if (linkIndex === 0) return "@NONE";
  if (linkIndex !== undefined) return `@if${linkIndex}`;
  return link === undefined ? "" : `@${link}`;
}

/** linux/if_link.h: XDP_ATTACHED_* */
const xdpModes: Readonly<Record<number, string>> = {
  1: "xdp",
  2: "xdpgeneric",
  3: "xdpoffload",
  4: "xdpmulti",
};

function xdp({ xdp: attached }: InterfaceState): string {
  if (!attached) return "";
  const id = attached.progId && attached.mode !== 4 ? `/id:${attached.progId}` : "";
  return `${xdpModes[attached.mode] ?? "xdp"}${id} `;
}

function linkLine(state: InterfaceState): string {
  const { address = "", broadcast, permaddr, linkNetnsid, linkNetns } = state;
  return [
    `    link/${state.linkType} ${address}`,
    broadcast === undefined ? "" : ` ${state.linkPointtopoint ? "peer" : "brd"} ${broadcast}`,
    permaddr === undefined ? "" : ` permaddr ${permaddr}`,
    linkNetnsid === undefined ? "" : netns(linkNetnsid, linkNetns),
    state.protoDown ? " protodown on " : "",
    state.protoDownReason ? `protodown_reason <${state.protoDownReason.join(",")}>` : "",
  ].join("");
}

function netns(id: number, name: string | undefined): string {
  if (name !== undefined) return ` link-netns ${name}`;
  return ` link-netnsid ${id >= 0 ? id : "unknown"}`;
}

function addressLine(address: InterfaceAddress, { addressProtocol }: IpDialect): string {
  const {
    family,
    local,
    address: peer,
    prefixlen,
    broadcast,
    anycast,
    scope,
    flags,
    protocol,
    label,
  } = address;
  return [
    `    ${typeof family === "number" ? `family ${family}` : family} ${local}`,
    peer === undefined ? "" : ` peer ${peer}`,
    `/${prefixlen} `,
    broadcast === undefined ? "" : `brd ${broadcast} `,
    anycast === undefined ? "" : `any ${anycast} `,
    `scope ${scope} `,
    ...flags.map((flag) => `${flag} `),
    addressProtocol && protocol !== undefined ? `proto ${protocol} ` : "",
    label ?? "",
  ].join("");
}

/** linux/if_addr.h: INFINITY_LIFE_TIME */
const FOREVER = 0xffff_ffff;

function lifetimeLine({ validLifeTime, preferredLifeTime, flags }: InterfaceAddress): string {
  const preferred =
    // ip treats the remaining time of a deprecated address as signed, because it may have run out.
    flags.includes("deprecated") && preferredLifeTime !== FOREVER ? preferredLifeTime | 0 : preferredLifeTime;
  return `       valid_lft ${seconds(validLifeTime)} preferred_lft ${seconds(preferred)}`;
}

function seconds(time: number): string {
  return time === FOREVER ? "forever" : `${time}sec`;
}
