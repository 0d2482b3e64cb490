import * as arphrd from "../kernel/rtnetlink/arphrd.js";
import * as linktype from "./linktype.js";

/** IP over Fibre Channel, by its ARP hardware type (RFC 4338). Linux has no name for it. */
const ARPHRD_RFC_4338 = 18;

/**
 * LINKTYPE_ values (https://www.tcpdump.org/linktypes.html) by `ARPHRD_*` (linux/if_arp.h) for interfaces whose frames
 * are captured with their own link-level header, as in libpcap's `map_arphrd_to_dlt`.
 */
const linkTypes: Readonly<Record<number, number>> = {
  [arphrd.ARPHRD_ETHER]: linktype.LINKTYPE_ETHERNET,
  [arphrd.ARPHRD_METRICOM]: linktype.LINKTYPE_ETHERNET,
  [arphrd.ARPHRD_LOOPBACK]: linktype.LINKTYPE_ETHERNET,
  [arphrd.ARPHRD_EETHER]: linktype.LINKTYPE_EXP_ETHERNET,
  [arphrd.ARPHRD_AX25]: linktype.LINKTYPE_AX25_KISS,
  [arphrd.ARPHRD_PRONET]: linktype.LINKTYPE_PRONET,
  [arphrd.ARPHRD_CHAOS]: linktype.LINKTYPE_CHAOS,
  [arphrd.ARPHRD_IEEE802]: linktype.LINKTYPE_IEEE802_5,
  [arphrd.ARPHRD_IEEE802_TR]: linktype.LINKTYPE_IEEE802_5,
  [arphrd.ARPHRD_ARCNET]: linktype.LINKTYPE_ARCNET_LINUX,
  [arphrd.ARPHRD_FDDI]: linktype.LINKTYPE_FDDI,
  [arphrd.ARPHRD_CAN]: linktype.LINKTYPE_CAN_SOCKETCAN,
  [arphrd.ARPHRD_IEEE80211]: linktype.LINKTYPE_IEEE802_11,
  [arphrd.ARPHRD_IEEE80211_PRISM]: linktype.LINKTYPE_IEEE802_11_PRISM,
  [arphrd.ARPHRD_IEEE80211_RADIOTAP]: linktype.LINKTYPE_IEEE802_11_RADIOTAP,
  [arphrd.ARPHRD_HDLC]: linktype.LINKTYPE_C_HDLC,
  [arphrd.ARPHRD_FRAD]: linktype.LINKTYPE_FRELAY,
  [arphrd.ARPHRD_LOCALTLK]: linktype.LINKTYPE_LTALK,
  [ARPHRD_RFC_4338]: linktype.LINKTYPE_IP_OVER_FC,
  [arphrd.ARPHRD_FCPP]: linktype.LINKTYPE_FC_2,
  [arphrd.ARPHRD_IEEE802154]: linktype.LINKTYPE_IEEE802_15_4_WITHFCS,
  [arphrd.ARPHRD_IEEE802154_MONITOR]: linktype.LINKTYPE_IEEE802_15_4_WITHFCS,
  [arphrd.ARPHRD_VSOCKMON]: linktype.LINKTYPE_VSOCK,
  [arphrd.ARPHRD_DLCI]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_SLIP]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_CSLIP]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_SLIP6]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_CSLIP6]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_ADAPT]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_RAWHDLC]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_RAWIP]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_TUNNEL]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_SIT]: linktype.LINKTYPE_RAW,
  [arphrd.ARPHRD_NONE]: linktype.LINKTYPE_RAW,
};

/**
 * Returns the LINKTYPE_ value for an `ARPHRD_*` value; undefined if the link-level header is of an unknown form.
 * Packets of such interfaces are captured with an SLL2 header instead ("cooked").
 */
export function linkTypeOfHardware(hardwareType: number): number | undefined {
  return linkTypes[hardwareType];
}
