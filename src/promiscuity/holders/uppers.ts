import { IFF_UP, type Link } from "../../wire/kernel/rtnetlink/link.js";
import { hsrData, MACVLAN_FLAG_NOPROMISC, macvlanModes } from "../../wire/kernel/rtnetlink/link-data.js";
import type { Claim, Counter } from "./accounting.js";
import { describeDevice, isMacvlan, type LocatedLink, readMacvlan } from "./facts.js";

/** Kinds of links that pass their promiscuity and all-multicast on to the link below while they are up. */
const passingOn = new Set(["vlan", "macvlan", "macvtap", "macsec"]);

/** Kinds of links that pass on only their all-multicast. */
const passingMulticastOn = new Set(["ipvlan", "ipvtap"]);

/** High-availability Seamless Redundancy, and the Parallel Redundancy Protocol. */
const HSR = "hsr";

/** Kinds of links whose IFLA_LINK is the link below, rather than, for example, a peer. */
const onOne: ReadonlySet<string> = new Set([...passingOn, ...passingMulticastOn]);

/** Returns the indices of the links that a link is stacked on; most links aren't stacked. */
export function lowersOf(link: Link): number[] {
  const kind = link.info?.kind ?? "";
  if (onOne.has(kind)) return link.link ? [link.link] : [];
  return kind === HSR ? portsOf(link) : [];
}

function portsOf({ info }: Link): number[] {
  const { data } = info ?? {};
  if (!data) return [];
  const { slave1, slave2, interlink } = hsrData.read(data, 0, data.length, "IFLA_INFO_DATA");
  return [slave1, slave2, interlink].filter((index): index is number => Boolean(index));
}

/**
 * Returns what a stacked link asks of the one below (drivers/net/macvlan.c, net/8021q/vlan_dev.c: open and
 * change_rx_flags).
 */
export function holdsOfUpper(upper: LocatedLink, counter: Counter): Claim[] {
  const { link } = upper;
  const kind = link.info?.kind ?? "";
  if (kind === HSR) return ofHsr(upper, counter);
  if (passingMulticastOn.has(kind)) return ofIpvlan(upper, counter);
  if (!(link.flags & IFF_UP) || !passingOn.has(kind)) return [];
  if (counter === "promiscuity" && isPassthru(link)) {
    // A passthru macvlan makes the link below promiscuous for its own use, and passes on nothing else.
    if ((readMacvlan(link).flags ?? 0) & MACVLAN_FLAG_NOPROMISC) return [];
    return [claim(upper, "passthru: it takes all that arrives", "derived")];
  }
  if (!link[counter]) return [];
  return [claim(upper, counter === "promiscuity" ? PROMISCUOUS : ALL_MULTICAST, "derived")];
}

const PROMISCUOUS = "promiscuous itself";
const ALL_MULTICAST = "receives all multicast itself";

/**
 * A port of HSR or PRP is promiscuous unless the hardware does the forwarding, which the kernel doesn't report
 * (net/hsr/hsr_slave.c, hsr_portdev_setup). Nor can it be seen whether this kernel passes all-multicast on.
 */
function ofHsr(hsr: LocatedLink, counter: Counter): Claim[] {
  if (counter === "promiscuity") return [claim(hsr, "its HSR or PRP port", "possible")];
  return hsr.link.allmulti ? [claim(hsr, ALL_MULTICAST, "possible")] : [];
}

/**
 * An ipvlan passes its all-multicast on when that changes while it is up, and doesn't take it back when it goes down
 * (drivers/net/ipvlan/ipvlan_main.c, ipvlan_change_rx_flags).
 */
function ofIpvlan(ipvlan: LocatedLink, counter: Counter): Claim[] {
  return counter === "allmulti" && ipvlan.link.allmulti ? [claim(ipvlan, ALL_MULTICAST, "possible")] : [];
}

function claim(upper: LocatedLink, relation: string, certainty: Claim["certainty"]): Claim {
  return { holder: { kind: "device", units: 1, device: describeDevice(upper), relation }, certainty };
}

function isPassthru(link: Link): boolean {
  return isMacvlan(link) && macvlanModes[readMacvlan(link).mode ?? 0] === "passthru";
}

/** Returns whether a stacked link makes the one below receive frames for an address other than its own. */
export function hasSecondaryAddress({ link }: LocatedLink, below: Link): boolean {
  if (!(link.flags & IFF_UP) || !passingOn.has(link.info?.kind ?? "") || isPassthru(link)) return false;
  return link.address !== undefined && !sameBytes(link.address, below.address);
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, at) => byte === b[at]);
}
