import { AttributeSet, attribute, u8, u16, u32 } from "../netlink/attribute.js";

// The contents of IFLA_INFO_DATA depend on the kind of the link. These are the kinds that can make a lower link
// promiscuous.

/** linux/if_link.h: enum macvlan_mode. */
export const macvlanModes: Readonly<Record<number, string>> = {
  1: "private",
  2: "vepa",
  4: "bridge",
  8: "passthru",
  16: "source",
};

/** linux/if_link.h: MACVLAN_FLAG_NOPROMISC, in `IFLA_MACVLAN_FLAGS`. */
export const MACVLAN_FLAG_NOPROMISC = 1;

/** linux/if_link.h: IFLA_MACVLAN_*, for the kinds macvlan and macvtap. */
export const macvlanData = new AttributeSet({
  mode: attribute(1, "IFLA_MACVLAN_MODE", u32),
  flags: attribute(2, "IFLA_MACVLAN_FLAGS", u16),
});

/** linux/if_link.h: IFLA_BR_*. */
export const bridgeData = new AttributeSet({
  vlanFiltering: attribute(7, "IFLA_BR_VLAN_FILTERING", u8),
});

/**
 * linux/if_link.h: IFLA_HSR_*, which PRP uses too. The values are interface indexes of the ports, in the link's
 * namespace or in the one that its IFLA_LINK_NETNSID names.
 */
export const hsrData = new AttributeSet({
  slave1: attribute(1, "IFLA_HSR_SLAVE1", u32),
  slave2: attribute(2, "IFLA_HSR_SLAVE2", u32),
  /** Since Linux 6.10. */
  interlink: attribute(8, "IFLA_HSR_INTERLINK", u32),
});

/** linux/if_link.h: IFLA_BOND_*. */
export const bondData = new AttributeSet({
  /** linux/if_bonding.h: BOND_MODE_*. */
  mode: attribute(1, "IFLA_BOND_MODE", u8),
  /** Interface index of the active slave, in the modes that have one. */
  activeSlave: attribute(2, "IFLA_BOND_ACTIVE_SLAVE", u32),
});

/**
 * linux/if_bonding.h: active-backup, balance-tlb and balance-alb. In these modes, what the bond itself requests from
 * its links (such as promiscuous mode) applies to one slave only.
 */
export const bondModesWithOneSlave: ReadonlySet<number> = new Set([1, 5, 6]);
