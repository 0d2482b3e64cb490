// IEEE 802 numbers (https://www.iana.org/assignments/ieee-802-numbers), as linux/if_ether.h names them.

/** Not a type: what a packet socket asks for to receive frames of every type. */
export const ETH_P_ALL = 0x0003;
/** Not a type of Ethernet's: what Linux says of a frame that has IEEE 802.2's header instead of a type. */
export const ETH_P_802_2 = 0x0004;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
/** IPv4 with its header behind it (RFC 893); net/ethernet.h's name. */
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
/** The Point-to-Point Protocol (RFC 7042), for which Linux has no name. */
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
/** An outer tag as bridges wrote it before IEEE 802.1ad, and another one. */
export const ETH_P_QINQ1 = 0x9100;
export const ETH_P_QINQ2 = 0x9200;

/** From here on the field is a type; below it is the length of an IEEE 802.3 frame (IEEE 802.3, 3.2.6). */
export const ETH_P_802_3_MIN = 0x0600;
