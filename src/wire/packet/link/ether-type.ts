// IEEE 802 numbers (https://www.iana.org/assignments/ieee-802-numbers), with the names of linux/if_ether.h.

/** Not an EtherType: packet sockets use it to receive frames of every type. */
export const ETH_P_ALL = 0x0003;
/** Not an EtherType: Linux uses it for frames with an IEEE 802.2 header instead of a type. */
export const ETH_P_802_3 = 0x0001;
export const ETH_P_802_2 = 0x0004;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
/** IPv4 with a trailing header (RFC 893). The name is that of net/ethernet.h. */
export const ETHERTYPE_TRAIL = 0x1000;
export const ETH_P_DNA_RC = 0x6002;
export const ETH_P_DNA_RT = 0x6003;
export const ETH_P_LAT = 0x6004;
export const ETH_P_RARP = 0x8035;
export const ETH_P_ATALK = 0x809b;
export const ETH_P_AARP = 0x80f3;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPX = 0x8137;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_SLOW = 0x8809;
/** The Point-to-Point Protocol (RFC 7042). Linux has no name for it. */
export const ETHERTYPE_PPP = 0x880b;
export const ETH_P_MPLS_UC = 0x8847;
export const ETH_P_MPLS_MC = 0x8848;
export const ETH_P_PPP_DISC = 0x8863;
export const ETH_P_PPP_SES = 0x8864;
export const ETH_P_PAE = 0x888e;
export const ETH_P_8021AD = 0x88a8;
export const ETH_P_LLDP = 0x88cc;
export const ETH_P_MACSEC = 0x88e5;
export const ETH_P_1588 = 0x88f7;
export const ETH_P_CFM = 0x8902;
export const ETH_P_LOOPBACK = 0x9000;
/** Outer tags that bridges used before IEEE 802.1ad. */
export const ETH_P_QINQ1 = 0x9100;
export const ETH_P_QINQ2 = 0x9200;

/** Values of the field from here on are types; smaller ones are lengths of IEEE 802.3 frames (IEEE 802.3, 3.2.6). */
export const ETH_P_802_3_MIN = 0x0600;
