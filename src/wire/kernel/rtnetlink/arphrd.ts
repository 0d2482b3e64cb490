// linux/if_arp.h: ARPHRD_*
export const ARPHRD_NETROM = 0;
export const ARPHRD_ETHER = 1;
export const ARPHRD_EETHER = 2;
export const ARPHRD_AX25 = 3;
export const ARPHRD_PRONET = 4;
export const ARPHRD_CHAOS = 5;
export const ARPHRD_IEEE802 = 6;
export const ARPHRD_ARCNET = 7;
export const ARPHRD_DLCI = 15;
export const ARPHRD_METRICOM = 23;
export const ARPHRD_SLIP = 256;
export const ARPHRD_CSLIP = 257;
export const ARPHRD_SLIP6 = 258;
export const ARPHRD_CSLIP6 = 259;
export const ARPHRD_ADAPT = 264;
export const ARPHRD_ROSE = 270;
export const ARPHRD_CAN = 280;
export const ARPHRD_HDLC = 513;
export const ARPHRD_RAWHDLC = 518;
export const ARPHRD_RAWIP = 519;
export const ARPHRD_TUNNEL = 768;
export const ARPHRD_TUNNEL6 = 769;
export const ARPHRD_FRAD = 770;
export const ARPHRD_LOOPBACK = 772;
export const ARPHRD_LOCALTLK = 773;
export const ARPHRD_FDDI = 774;
export const ARPHRD_SIT = 776;
export const ARPHRD_IPGRE = 778;
export const ARPHRD_FCPP = 784;
export const ARPHRD_IEEE802_TR = 800;
export const ARPHRD_IEEE80211 = 801;
export const ARPHRD_IEEE80211_PRISM = 802;
export const ARPHRD_IEEE80211_RADIOTAP = 803;
export const ARPHRD_IEEE802154 = 804;
export const ARPHRD_IEEE802154_MONITOR = 805;
export const ARPHRD_IP6GRE = 823;
export const ARPHRD_NETLINK = 824;
export const ARPHRD_VSOCKMON = 826;
export const ARPHRD_NONE = 0xfffe;

/** By `ARPHRD_*`: the names that iproute2 prints after `link/`. */
const names: Readonly<Record<number, string>> = {
  [ARPHRD_NETROM]: "netrom",
  [ARPHRD_ETHER]: "ether",
  [ARPHRD_EETHER]: "eether",
  [ARPHRD_AX25]: "ax25",
  [ARPHRD_PRONET]: "pronet",
  [ARPHRD_CHAOS]: "chaos",
  [ARPHRD_IEEE802]: "ieee802",
  [ARPHRD_ARCNET]: "arcnet",
  8: "atalk",
  [ARPHRD_DLCI]: "dlci",
  19: "atm",
  [ARPHRD_METRICOM]: "metricom",
  24: "ieee1394",
  32: "infiniband",
  [ARPHRD_SLIP]: "slip",
  [ARPHRD_CSLIP]: "cslip",
  [ARPHRD_SLIP6]: "slip6",
  [ARPHRD_CSLIP6]: "cslip6",
  260: "rsrvd",
  [ARPHRD_ADAPT]: "adapt",
  [ARPHRD_ROSE]: "rose",
  271: "x25",
  272: "hwx25",
  [ARPHRD_CAN]: "can",
  512: "ppp",
  [ARPHRD_HDLC]: "hdlc",
  516: "lapb",
  517: "ddcmp",
  [ARPHRD_RAWHDLC]: "rawhdlc",
  [ARPHRD_TUNNEL]: "ipip",
  [ARPHRD_TUNNEL6]: "tunnel6",
  [ARPHRD_FRAD]: "frad",
  771: "skip",
  [ARPHRD_LOOPBACK]: "loopback",
  [ARPHRD_LOCALTLK]: "ltalk",
  [ARPHRD_FDDI]: "fddi",
  775: "bif",
  [ARPHRD_SIT]: "sit",
  777: "ip/ddp",
  [ARPHRD_IPGRE]: "gre",
  779: "pimreg",
  780: "hippi",
  781: "ash",
  782: "econet",
  783: "irda",
  [ARPHRD_FCPP]: "fcpp",
  785: "fcal",
  786: "fcpl",
  787: "fcfb0",
  788: "fcfb1",
  789: "fcfb2",
  790: "fcfb3",
  791: "fcfb4",
  792: "fcfb5",
  793: "fcfb6",
  794: "fcfb7",
  795: "fcfb8",
  796: "fcfb9",
  797: "fcfb10",
  798: "fcfb11",
  799: "fcfb12",
  [ARPHRD_IEEE802_TR]: "tr",
  [ARPHRD_IEEE80211]: "ieee802.11",
  [ARPHRD_IEEE80211_PRISM]: "ieee802.11/prism",
  [ARPHRD_IEEE80211_RADIOTAP]: "ieee802.11/radiotap",
  [ARPHRD_IEEE802154]: "ieee802.15.4",
  [ARPHRD_IEEE802154_MONITOR]: "ieee802.15.4/monitor",
  820: "phonet",
  821: "phonet_pipe",
  822: "caif",
  [ARPHRD_IP6GRE]: "gre6",
  [ARPHRD_NETLINK]: "netlink",
  825: "6lowpan",
  [ARPHRD_NONE]: "none",
  65535: "void",
};

/** Returns the name of a link type that `ip` prints after `link/`; `[number]` for a type without a name. */
export function hardwareTypeName(type: number): string {
  return names[type] ?? `[${type}]`;
}
