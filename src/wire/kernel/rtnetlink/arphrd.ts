// linux/if_arp.h: ARPHRD_*
export const ARPHRD_NETROM = 0;
export const ARPHRD_ETHER = 1;
export const ARPHRD_AX25 = 3;
export const ARPHRD_ROSE = 270;
export const ARPHRD_TUNNEL = 768;
export const ARPHRD_TUNNEL6 = 769;
export const ARPHRD_SIT = 776;
export const ARPHRD_IPGRE = 778;
export const ARPHRD_IP6GRE = 823;

/** `ARPHRD_*` by number, under the names that iproute2 prints after `link/`. */
const names: Readonly<Record<number, string>> = {
  [ARPHRD_NETROM]: "netrom",
  [ARPHRD_ETHER]: "ether",
  2: "eether",
  [ARPHRD_AX25]: "ax25",
  4: "pronet",
  5: "chaos",
  6: "ieee802",
  7: "arcnet",
  8: "atalk",
  15: "dlci",
  19: "atm",
  23: "metricom",
  24: "ieee1394",
  32: "infiniband",
  256: "slip",
  257: "cslip",
  258: "slip6",
  259: "cslip6",
  260: "rsrvd",
  264: "adapt",
  [ARPHRD_ROSE]: "rose",
  271: "x25",
  272: "hwx25",
  280: "can",
  512: "ppp",
  513: "hdlc",
  516: "lapb",
  517: "ddcmp",
  518: "rawhdlc",
  [ARPHRD_TUNNEL]: "ipip",
  [ARPHRD_TUNNEL6]: "tunnel6",
  770: "frad",
  771: "skip",
  772: "loopback",
  773: "ltalk",
  774: "fddi",
  775: "bif",
  [ARPHRD_SIT]: "sit",
  777: "ip/ddp",
  [ARPHRD_IPGRE]: "gre",
  779: "pimreg",
  780: "hippi",
  781: "ash",
  782: "econet",
  783: "irda",
  784: "fcpp",
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
  800: "tr",
  801: "ieee802.11",
  802: "ieee802.11/prism",
  803: "ieee802.11/radiotap",
  804: "ieee802.15.4",
  805: "ieee802.15.4/monitor",
  820: "phonet",
  821: "phonet_pipe",
  822: "caif",
  [ARPHRD_IP6GRE]: "gre6",
  824: "netlink",
  825: "6lowpan",
  65534: "none",
  65535: "void",
};

/** The link type's name as `ip` prints it after `link/`; a type without a name as `[number]`. */
export function hardwareTypeName(type: number): string {
  return names[type] ?? `[${type}]`;
}
