import { IFF_UP, type Link } from "../../wire/rtnetlink/link.js";
import { MACVLAN_FLAG_NOPROMISC, macvlanModes } from "../../wire/rtnetlink/link-data.js";
import type { Claim, Counter } from "./account.js";
import { describeDevice, isMacvlan, type LocatedLink, readMacvlan } from "./devices.js";

/** Kinds that pass their own promiscuity and all-multicast on to the link below while they are up. */
const passingOn = new Set(["vlan", "macvlan", "macvtap", "macsec"]);

/** Kinds of stacked links: their IFLA_LINK is the link below, and not, say, a peer. */
export const stackedKinds: ReadonlySet<string> = passingOn;

/** What a stacked link asks of the one below (drivers/net/macvlan.c, net/8021q/vlan_dev.c: open and change_rx_flags). */
export function holdsOfUpper(upper: LocatedLink, counter: Counter): Claim[] {
  const { link } = upper;
  if (!(link.flags & IFF_UP) || !passingOn.has(link.info?.kind ?? "")) return [];
  if (counter === "promiscuity" && isPassthru(link)) {
    // A passthru macvlan makes the link below promiscuous for itself, and passes nothing more on.
    if ((readMacvlan(link).flags ?? 0) & MACVLAN_FLAG_NOPROMISC) return [];
    return [derived(upper, "passthru: it takes all that arrives")];
  }
  if (!link[counter]) return [];
  return [derived(upper, counter === "promiscuity" ? "promiscuous itself" : "receives all multicast itself")];
}

function derived(upper: LocatedLink, relation: string): Claim {
  return {
    holder: { kind: "device", units: 1, device: describeDevice(upper), relation },
    certainty: "derived",
  };
}

function isPassthru(link: Link): boolean {
  return isMacvlan(link) && macvlanModes[readMacvlan(link).mode ?? 0] === "passthru";
}

/** Whether a stacked link has the one below receive frames for an address that isn't that one's own. */
export function hasSecondaryAddress({ link }: LocatedLink, below: Link): boolean {
  if (!(link.flags & IFF_UP) || !passingOn.has(link.info?.kind ?? "") || isPassthru(link)) return false;
  return link.address !== undefined && !sameBytes(link.address, below.address);
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, at) => byte === b[at]);
}
