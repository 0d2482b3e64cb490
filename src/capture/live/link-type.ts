/**
 * LINKTYPE_ values (https://www.tcpdump.org/linktypes.html) by `ARPHRD_*` (linux/if_arp.h), where frames are captured
 * as they are, as libpcap's `map_arphrd_to_dlt` has it.
 */
const linkTypes: Readonly<Record<number, number>> = {
  /* ARPHRD_ETHER, METRICOM, LOOPBACK: Ethernet */ 1: 1,
  23: 1,
  772: 1,
  /* ARPHRD_EETHER: experimental Ethernet */ 2: 2,
  /* ARPHRD_AX25: with a KISS byte */ 3: 202,
  /* ARPHRD_PRONET */ 4: 4,
  /* ARPHRD_CHAOS */ 5: 5,
  /* ARPHRD_IEEE802, IEEE802_TR: token ring */ 6: 6,
  800: 6,
  /* ARPHRD_ARCNET */ 7: 129,
  /* ARPHRD_FDDI */ 774: 10,
  /* ARPHRD_CAN */ 280: 227,
  /* ARPHRD_IEEE80211, … with prism headers, … with radiotap headers */ 801: 105,
  802: 119,
  803: 127,
  /* ARPHRD_CISCO */ 513: 104,
  /* ARPHRD_FRAD: frame relay */ 770: 107,
  /* ARPHRD_LOCALTLK */ 773: 114,
  /* RFC 4338, ARPHRD_FCPP: IP over fibre channel, fibre channel */ 18: 122,
  784: 224,
  /* ARPHRD_IEEE802154, … _MONITOR: 802.15.4 with checksum */ 804: 195,
  805: 195,
  /* ARPHRD_VSOCKMON */ 826: 271,
  /* Raw IP: ARPHRD_DLCI, SLIP, CSLIP, SLIP6, CSLIP6, ADAPT, RAWHDLC, RAWIP, TUNNEL, SIT, NONE */ 15: 101,
  256: 101,
  257: 101,
  258: 101,
  259: 101,
  264: 101,
  518: 101,
  519: 101,
  768: 101,
  776: 101,
  65534: 101,
};

/** Undefined for links whose own headers can't be told: their packets are captured cooked, with an SLL2 header. */
export function linkTypeOf(hardwareType: number): number | undefined {
  return linkTypes[hardwareType];
}
