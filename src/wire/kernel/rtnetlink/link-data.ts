import { AttributeSet, attribute, u8, u16, u32 } from "../netlink/attribute.js";

// What IFLA_INFO_DATA holds depends on the kind of the link; here are the kinds that can make a lower link promiscuous.

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

/** linux/if_link.h: IFLA_MACVLAN_*, of the kinds macvlan and macvtap. */
export const macvlanData = new AttributeSet({
  mode: attribute(1, "IFLA_MACVLAN_MODE", u32),
  flags: attribute(2, "IFLA_MACVLAN_FLAGS", u16),
});

/** linux/if_link.h: IFLA_BR_*. */
export const bridgeData = new AttributeSet({
  vlanFiltering: attribute(7, "IFLA_BR_VLAN_FILTERING", u8),
});

/** linux/if_link.h: IFLA_HSR_*, also of PRP: indices of the ports, in the namespace of the link or of its IFLA_LINK_NETNSID. */
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
  /** Index of the slave in use, in the modes that use one. */
  activeSlave: attribute(2, "IFLA_BOND_ACTIVE_SLAVE", u32),
});

/** linux/if_bonding.h: active-backup, balance-tlb and balance-alb use one slave for what the bond itself asks of the link. */
export const bondModesWithOneSlave: ReadonlySet<number> = new Set([1, 5, 6]);
