// IEEE 802 numbers, as linux/if_ether.h names them.
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_RARP = 0x8035;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_8021AD = 0x88a8;
export const ETH_P_LLDP = 0x88cc;
/** An outer tag as bridges wrote it before IEEE 802.1ad. */
export const ETH_P_QINQ1 = 0x9100;
/** From here on the field is a type; below it is the length of an IEEE 802.3 frame (IEEE 802.3, 3.2.6). */
export const ETH_P_802_3_MIN = 0x0600;
