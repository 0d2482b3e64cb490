import { addressProtocols, linkGroups, scopes } from "../linux/interface/iproute2-names.js";
import { present } from "../present.js";
import { formatAx25Address, formatHardwareAddress, formatRoseAddress } from "../wire/hardware-address.js";
import { formatInetAddress } from "../wire/inet-address.js";
import { AF_INET, AF_INET6 } from "../wire/kernel/address-family.js";
import * as ifa from "../wire/kernel/rtnetlink/address.js";
import {
  ARPHRD_AX25,
  ARPHRD_IP6GRE,
  ARPHRD_IPGRE,
  ARPHRD_NETROM,
  ARPHRD_ROSE,
  ARPHRD_SIT,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
  hardwareTypeName,
} from "../wire/kernel/rtnetlink/arphrd.js";
import * as iff from "../wire/kernel/rtnetlink/link.js";
import { describePromiscuity, type Promiscuity } from "./promiscuity.js";

/**
 * An interface and its promiscuity. Facts that `ip -j -d address show` prints have the same names and values here.
 * `promiscuous`, `promiscFlag` and `allmultiFlag` are promisc's own names.
 */
export interface InterfaceState extends Promiscuity {
  readonly ifindex: number;
  readonly ifname: string;
  readonly altnames?: readonly string[];
  /** The kind of virtual device, for example `veth`; absent for a physical one. */
  readonly linkinfo?: { readonly infoKind?: string; readonly infoSlaveKind?: string };
  /** The interface below, or a veth's peer, if it is in this namespace. */
  readonly link?: string;
  /** The index of the interface below, or of a veth's peer, if it is in another namespace. */
  readonly linkIndex?: number;
  /** The id that this namespace uses for that other namespace. */
  readonly linkNetnsid?: number;
  /** The name that ip-netns(8) gave that other namespace. */
  readonly linkNetns?: string;

  /** The `IFF_*` flags as `ip` prints them between `<` and `>`. */
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly xdp?: { readonly mode: number; readonly progId?: number };
  readonly qdisc?: string;
  readonly master?: string;
  /** The operational state (RFC 2863), for example `UP`. */
  readonly operstate: string;
  /** The interface's group, by name if iproute2 has one for it. */
  readonly group: string;
  /** The length of the transmit queue, in packets. */
  readonly txqlen: number;
  readonly linkType: string;
  readonly address?: string;
  readonly broadcast?: string;
  readonly linkPointtopoint?: true;
  readonly permaddr?: string;
  readonly protoDown?: true;
  readonly protoDownReason?: readonly string[];
  readonly ifalias?: string;
  readonly addrInfo: readonly InterfaceAddress[];
}

/** A protocol address of an interface, with the names that `ip -j address` uses. */
export interface InterfaceAddress {
  readonly family: "inet" | "inet6" | number;
  readonly local: string;
  /** The peer's address, on a point-to-point link. */
  readonly address?: string;
  readonly prefixlen: number;
  readonly broadcast?: string;
  readonly anycast?: string;
  readonly scope: string;
  /** `dynamic`, `secondary`, `temporary`, `tentative` and others, in the order in which `ip` prints them. */
  readonly flags: readonly string[];
  /** What created the address, for example `kernel_ll`. */
  readonly protocol?: string;
  readonly label?: string;
  /** Seconds; 4294967295 means forever. */
  readonly validLifeTime: number;
  /** Seconds; 4294967295 means forever. */
  readonly preferredLifeTime: number;
}

/** Looks up the other links and namespaces that an interface's description refers to. */
export interface Neighbourhood {
  /** Returns the link of this namespace that has this index, if it exists. */
  link(index: number): iff.Link | undefined;
  /** Returns the name of the namespace with this id, if ip-netns(8) gave it one. */
  netnsName(id: number): string | undefined;
}

/** Describes a link and its addresses with the names and values of `ip -j -d address show`. */
export function describeInterface(
  link: iff.Link,
  addresses: readonly ifa.Address[],
  neighbourhood: Neighbourhood,
): InterfaceState {
  const permanent = link.permanentAddress && formatLinkAddress(link.permanentAddress, link.type);
  const address = link.address && formatLinkAddress(link.address, link.type);
  const below = describeLowerLink(link, neighbourhood);
  return {
    ifindex: link.index,
    ifname: link.name ?? "",
    ...(link.alternativeNames?.length ? { altnames: link.alternativeNames } : {}),
    ...(link.info ? { linkinfo: describeKind(link.info) } : {}),
    ...below.state,
    ...describePromiscuity(link),
    flags: [...flagNames(link.flags), ...(below.isDown ? ["M-DOWN"] : [])],
    mtu: link.mtu ?? 0,
    ...(link.xdp?.attached ? { xdp: describeXdp(link.xdp.attached, link.xdp.programId) } : {}),
    ...present({ qdisc: link.qdisc }),
    ...(link.master ? { master: neighbourhood.link(link.master)?.name ?? `if${link.master}` } : {}),
    operstate: operationalStates[link.operationalState ?? 0] ?? `0x${link.operationalState?.toString(16)}`,
    group: linkGroups.name(link.group ?? 0) ?? String(link.group),
    txqlen: link.txQueueLength ?? 0,
    linkType: hardwareTypeName(link.type),
    ...present({ address }),
    ...(link.broadcast === undefined ? {} : { broadcast: formatLinkAddress(link.broadcast, link.type) }),
    ...(link.broadcast && link.flags & iff.IFF_POINTOPOINT ? { linkPointtopoint: true } : {}),
    ...(permanent === undefined || permanent === address ? {} : { permaddr: permanent }),
    ...(link.protoDown ? { protoDown: true } : {}),
    ...(link.protoDownReason?.value ? { protoDownReason: setBits(link.protoDownReason.value) } : {}),
    ...present({ ifalias: link.alias }),
    addrInfo: addresses.map(describeAddress),
  };
}

const operationalStates = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];

function describeKind({
  kind,
  slaveKind,
}: NonNullable<iff.Link["info"]>): InterfaceState["linkinfo"] & object {
  return {
    ...present({ infoKind: kind, infoSlaveKind: slaveKind }),
  };
}

function describeXdp(mode: number, programId: number | undefined): InterfaceState["xdp"] & object {
  return { mode, ...present({ progId: programId }) };
}

type LowerLink = Pick<InterfaceState, "link" | "linkIndex" | "linkNetnsid" | "linkNetns">;

function describeLowerLink(
  link: iff.Link,
  neighbourhood: Neighbourhood,
): { state: LowerLink; isDown: boolean } {
  const id = link.linkNetnsId;
  const netnsName = id === undefined ? undefined : neighbourhood.netnsName(id);
  const namespace: LowerLink = {
    ...present({ linkNetnsid: id, linkNetns: netnsName }),
  };
  if (link.link === undefined) return { state: namespace, isDown: false };
  if (link.link === 0) return { state: { linkIndex: 0, ...namespace }, isDown: false };
  if (id !== undefined) return { state: { linkIndex: link.link, ...namespace }, isDown: false };
  const lower = neighbourhood.link(link.link);
  return {
    state: { link: lower?.name ?? `if${link.link}` },
    isDown: lower !== undefined && !(lower.flags & iff.IFF_UP),
  };
}

/**
 * The flags in the order in which ip-link(8) prints them. `RUNNING` is missing: `ip` prints `NO-CARRIER` if it isn't
 * set.
 */
const printedFlags: readonly (readonly [number, string])[] = [
  [iff.IFF_LOOPBACK, "LOOPBACK"],
  [iff.IFF_BROADCAST, "BROADCAST"],
  [iff.IFF_POINTOPOINT, "POINTOPOINT"],
  [iff.IFF_MULTICAST, "MULTICAST"],
  [iff.IFF_NOARP, "NOARP"],
  [iff.IFF_ALLMULTI, "ALLMULTI"],
  [iff.IFF_PROMISC, "PROMISC"],
  [iff.IFF_MASTER, "MASTER"],
  [iff.IFF_SLAVE, "SLAVE"],
  [iff.IFF_DEBUG, "DEBUG"],
  [iff.IFF_DYNAMIC, "DYNAMIC"],
  [iff.IFF_AUTOMEDIA, "AUTOMEDIA"],
  [iff.IFF_PORTSEL, "PORTSEL"],
  [iff.IFF_NOTRAILERS, "NOTRAILERS"],
  [iff.IFF_UP, "UP"],
  [iff.IFF_LOWER_UP, "LOWER_UP"],
  [iff.IFF_DORMANT, "DORMANT"],
  [iff.IFF_ECHO, "ECHO"],
];

function flagNames(flags: number): string[] {
  const names: string[] = [];
  if (flags & iff.IFF_UP && !(flags & iff.IFF_RUNNING)) names.push("NO-CARRIER");
  let rest = flags & ~iff.IFF_RUNNING;
  for (const [bit, name] of printedFlags) {
    if (!(rest & bit)) continue;
    names.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) names.push((rest >>> 0).toString(16));
  return names;
}

/**
 * Formats an address as `ip` does: mostly as hexadecimal octets, but tunnels and amateur radio have formats of their
 * own.
 */
function formatLinkAddress(bytes: Uint8Array, type: number): string {
  const { length } = bytes;
  if (length === 4 && inet4Links.has(type)) return formatInetAddress(bytes) ?? "";
  if (length === 16 && inet6Links.has(type)) return formatInetAddress(bytes) ?? "";
  if (type === ARPHRD_AX25 || type === ARPHRD_NETROM) return formatAx25Address(bytes);
  if (type === ARPHRD_ROSE) return formatRoseAddress(bytes);
  return formatHardwareAddress(bytes);
}

const inet4Links = new Set([ARPHRD_TUNNEL, ARPHRD_SIT, ARPHRD_IPGRE]);
const inet6Links = new Set([ARPHRD_TUNNEL6, ARPHRD_IP6GRE]);

/** Returns the numbers of the bits that are set, as decimal strings. */
function setBits(value: number): string[] {
  return Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => value & (1 << bit))
    .map(String);
}

/** The flags in the order in which ip-address(8) prints them. */
const printedAddressFlags: readonly (readonly [number, string])[] = [
  [ifa.IFA_F_SECONDARY, "secondary"],
  [ifa.IFA_F_NODAD, "nodad"],
  [ifa.IFA_F_OPTIMISTIC, "optimistic"],
  [ifa.IFA_F_DADFAILED, "dadfailed"],
  [ifa.IFA_F_HOMEADDRESS, "home"],
  [ifa.IFA_F_DEPRECATED, "deprecated"],
  [ifa.IFA_F_TENTATIVE, "tentative"],
  [ifa.IFA_F_PERMANENT, "permanent"],
  [ifa.IFA_F_MANAGETEMPADDR, "mngtmpaddr"],
  [ifa.IFA_F_NOPREFIXROUTE, "noprefixroute"],
  [ifa.IFA_F_MCAUTOJOIN, "autojoin"],
  [ifa.IFA_F_STABLE_PRIVACY, "stable-privacy"],
];

function addressFlagNames(flags: number, family: number): string[] {
  const names: string[] = [];
  let rest = flags;
  for (const [bit, name] of printedAddressFlags) {
    const isSet = Boolean(rest & bit);
    rest &= ~bit;
    if (bit === ifa.IFA_F_PERMANENT) {
      if (!isSet) names.push("dynamic");
    } else if (isSet) names.push(bit === ifa.IFA_F_SECONDARY && family === AF_INET6 ? "temporary" : name);
  }
  if (rest !== 0) names.push(`flags ${(rest >>> 0).toString(16).padStart(2, "0")}`);
  return names;
}

const families: Readonly<Record<number, "inet" | "inet6">> = {
  [AF_INET]: "inet",
  [AF_INET6]: "inet6",
};

function describeAddress(address: ifa.Address): InterfaceAddress {
  const format = (bytes: Uint8Array): string => formatInetAddress(bytes) ?? formatHardwareAddress(bytes);
  const own = address.local ?? address.address;
  const local = own ? format(own) : "";
  const peer = address.address ? format(address.address) : local;
  return {
    family: families[address.family] ?? address.family,
    local,
    ...(peer === local ? {} : { address: peer }),
    prefixlen: address.prefixLength,
    ...(address.broadcast ? { broadcast: format(address.broadcast) } : {}),
    ...(address.anycast ? { anycast: format(address.anycast) } : {}),
    scope: scopes.name(address.scope) ?? String(address.scope),
    flags: addressFlagNames(address.allFlags ?? address.flags, address.family),
    ...(address.protocol
      ? { protocol: addressProtocols.name(address.protocol) ?? `0x${address.protocol.toString(16)}` }
      : {}),
    ...present({ label: address.label }),
    validLifeTime: address.lifetime?.valid ?? ifa.INFINITY_LIFE_TIME,
    preferredLifeTime: address.lifetime?.preferred ?? ifa.INFINITY_LIFE_TIME,
  };
}
