import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import { bondData, bondModesWithOneSlave, bridgeData } from "../../wire/kernel/rtnetlink/link-data.js";
import type { Claim, Counter } from "./accounting.js";
import { describeDevice, type LocatedLink } from "./facts.js";

/** Kinds of masters that never ask anything of their ports. */
const asksNothing = new Set(["vrf"]);

/** Returns what a master asks of one of its ports. */
export function holdsOfMaster(master: LocatedLink, port: Link, counter: Counter): Claim[] {
  const kind = master.link.info?.kind ?? "";
  if (asksNothing.has(kind)) return [];
  if (kind === "bridge") return [claim(master, "its bridge port", ofBridge(master.link, counter))];
  if (kind === "bond") return ofBond(master, port, counter);
  if (kind === "team") return master.link[counter] ? [claim(master, "its team port", "derived")] : [];
  return [claim(master, "its port", "possible")];
}

/**
 * A bridge needs all frames that arrive at a port. If it filters VLANs and knows the addresses behind its other ports,
 * it depends on the driver (net/bridge/br_if.c, br_manage_promisc). It always needs all multicast frames.
 */
function ofBridge({ info }: Link, counter: Counter): Claim["certainty"] {
  if (counter === "allmulti") return "derived";
  const data = info?.data;
  const filtersVlans = data && bridgeData.read(data, 0, data.length, "IFLA_INFO_DATA").vlanFiltering;
  return filtersVlans ? "possible" : "derived";
}

/**
 * A bond passes its own mode on to the active slave or to all slaves (drivers/net/bonding/bond_main.c,
 * bond_set_promiscuity).
 */
function ofBond(bond: LocatedLink, { index }: Link, counter: Counter): Claim[] {
  const { info } = bond.link;
  if (!bond.link[counter]) return [];
  const { mode = 0, activeSlave } = info?.data
    ? bondData.read(info.data, 0, info.data.length, "IFLA_INFO_DATA")
    : {};
  if (bondModesWithOneSlave.has(mode) && activeSlave !== index) return [];
  return [claim(bond, "its bond slave", "derived")];
}

function claim(master: LocatedLink, relation: string, certainty: Claim["certainty"]): Claim {
  return { holder: { kind: "device", units: 1, device: describeDevice(master), relation }, certainty };
}
