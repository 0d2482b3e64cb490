// https://www.tcpdump.org/linktypes.html
export const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_EXP_ETHERNET = 2;
export const LINKTYPE_PRONET = 4;
export const LINKTYPE_CHAOS = 5;
export const LINKTYPE_IEEE802_5 = 6;
export const LINKTYPE_FDDI = 10;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_C_HDLC = 104;
export const LINKTYPE_IEEE802_11 = 105;
export const LINKTYPE_FRELAY = 107;
export const LINKTYPE_LOOP = 108;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_DOCSIS = 143;
export const LINKTYPE_LTALK = 114;
export const LINKTYPE_IEEE802_11_PRISM = 119;
export const LINKTYPE_IP_OVER_FC = 122;
export const LINKTYPE_IEEE802_11_RADIOTAP = 127;
export const LINKTYPE_ARCNET_LINUX = 129;
export const LINKTYPE_IEEE802_15_4_WITHFCS = 195;
export const LINKTYPE_AX25_KISS = 202;
export const LINKTYPE_FC_2 = 224;
export const LINKTYPE_CAN_SOCKETCAN = 227;
export const LINKTYPE_IPV4 = 228;
export const LINKTYPE_IPV6 = 229;
const LINKTYPE_DBUS = 231;
const LINKTYPE_USBPCAP = 249;
export const LINKTYPE_VSOCK = 271;
export const LINKTYPE_LINUX_SLL2 = 276;

/**
 * What tcpdump prints for each LINKTYPE_ value: `pcap_datalink_val_to_name(3PCAP)` and
 * `pcap_datalink_val_to_description(3PCAP)` of libpcap 1.10.
 */
const LINK_TYPES: Readonly<Record<number, readonly [name: string, description: string]>> = {
  [LINKTYPE_NULL]: ["NULL", "BSD loopback"],
  [LINKTYPE_ETHERNET]: ["EN10MB", "Ethernet"],
  [LINKTYPE_IEEE802_5]: ["IEEE802", "Token ring"],
  7: ["ARCNET", "BSD ARCNET"],
  8: ["SLIP", "SLIP"],
  9: ["PPP", "PPP"],
  [LINKTYPE_FDDI]: ["FDDI", "FDDI"],
  11: ["ATM_RFC1483", "RFC 1483 LLC-encapsulated ATM"],
  12: ["RAW", "Raw IP"],
  15: ["SLIP_BSDOS", "BSD/OS SLIP"],
  16: ["PPP_BSDOS", "BSD/OS PPP"],
  19: ["ATM_CLIP", "Linux Classical IP over ATM"],
  50: ["PPP_SERIAL", "PPP over serial"],
  51: ["PPP_ETHER", "PPPoE"],
  99: ["SYMANTEC_FIREWALL", "Symantec Firewall"],
  100: ["ATM_RFC1483", "RFC 1483 LLC-encapsulated ATM"],
  [LINKTYPE_RAW]: ["RAW", "Raw IP"],
  102: ["SLIP_BSDOS", "BSD/OS SLIP"],
  103: ["PPP_BSDOS", "BSD/OS PPP"],
  [LINKTYPE_C_HDLC]: ["C_HDLC", "Cisco HDLC"],
  [LINKTYPE_IEEE802_11]: ["IEEE802_11", "802.11"],
  106: ["ATM_CLIP", "Linux Classical IP over ATM"],
  [LINKTYPE_FRELAY]: ["FRELAY", "Frame Relay"],
  [LINKTYPE_LOOP]: ["LOOP", "OpenBSD loopback"],
  109: ["ENC", "OpenBSD encapsulated IP"],
  [LINKTYPE_LINUX_SLL]: ["LINUX_SLL", "Linux cooked v1"],
  [LINKTYPE_LTALK]: ["LTALK", "Localtalk"],
  117: ["PFLOG", "OpenBSD pflog file"],
  [LINKTYPE_IEEE802_11_PRISM]: ["PRISM_HEADER", "802.11 plus Prism header"],
  [LINKTYPE_IP_OVER_FC]: ["IP_OVER_FC", "RFC 2625 IP-over-Fibre Channel"],
  123: ["SUNATM", "Sun raw ATM"],
  [LINKTYPE_IEEE802_11_RADIOTAP]: ["IEEE802_11_RADIO", "802.11 plus radiotap header"],
  [LINKTYPE_ARCNET_LINUX]: ["ARCNET_LINUX", "Linux ARCNET"],
  130: ["JUNIPER_MLPPP", "Juniper Multi-Link PPP"],
  131: ["JUNIPER_MLFR", "Juniper Multi-Link Frame Relay"],
  132: ["JUNIPER_ES", "Juniper Encryption Services PIC"],
  133: ["JUNIPER_GGSN", "Juniper GGSN PIC"],
  134: ["JUNIPER_MFR", "Juniper FRF.16 Frame Relay"],
  135: ["JUNIPER_ATM2", "Juniper ATM2 PIC"],
  136: ["JUNIPER_SERVICES", "Juniper Advanced Services PIC"],
  137: ["JUNIPER_ATM1", "Juniper ATM1 PIC"],
  138: ["APPLE_IP_OVER_IEEE1394", "Apple IP-over-IEEE 1394"],
  139: ["MTP2_WITH_PHDR", "SS7 MTP2 with Pseudo-header"],
  140: ["MTP2", "SS7 MTP2"],
  141: ["MTP3", "SS7 MTP3"],
  142: ["SCCP", "SS7 SCCP"],
  [LINKTYPE_DOCSIS]: ["DOCSIS", "DOCSIS"],
  144: ["LINUX_IRDA", "Linux IrDA"],
  163: ["IEEE802_11_RADIO_AVS", "802.11 plus AVS radio information header"],
  164: ["JUNIPER_MONITOR", "Juniper Passive Monitor PIC"],
  165: ["BACNET_MS_TP", "BACnet MS/TP"],
  166: ["PPP_PPPD", "PPP for pppd, with direction flag"],
  167: ["JUNIPER_PPPOE", "Juniper PPPoE"],
  168: ["JUNIPER_PPPOE_ATM", "Juniper PPPoE/ATM"],
  169: ["GPRS_LLC", "GPRS LLC"],
  170: ["GPF_T", "GPF-T"],
  171: ["GPF_F", "GPF-F"],
  174: ["JUNIPER_PIC_PEER", "Juniper PIC Peer"],
  175: ["ERF_ETH", "Ethernet with Endace ERF header"],
  176: ["ERF_POS", "Packet-over-SONET with Endace ERF header"],
  177: ["LINUX_LAPD", "Linux vISDN LAPD"],
  178: ["JUNIPER_ETHER", "Juniper Ethernet"],
  179: ["JUNIPER_PPP", "Juniper PPP"],
  180: ["JUNIPER_FRELAY", "Juniper Frame Relay"],
  181: ["JUNIPER_CHDLC", "Juniper C-HDLC"],
  182: ["MFR", "FRF.16 Frame Relay"],
  183: ["JUNIPER_VP", "Juniper Voice PIC"],
  184: ["A429", "Arinc 429"],
  185: ["A653_ICM", "Arinc 653 Interpartition Communication"],
  186: ["USB_FREEBSD", "USB with FreeBSD header"],
  187: ["BLUETOOTH_HCI_H4", "Bluetooth HCI UART transport layer"],
  188: ["IEEE802_16_MAC_CPS", "IEEE 802.16 MAC Common Part Sublayer"],
  189: ["USB_LINUX", "USB with Linux header"],
  190: ["CAN20B", "Controller Area Network (CAN) v. 2.0B"],
  191: ["IEEE802_15_4_LINUX", "IEEE 802.15.4 with Linux padding"],
  192: ["PPI", "Per-Packet Information"],
  193: ["IEEE802_16_MAC_CPS_RADIO", "IEEE 802.16 MAC Common Part Sublayer plus radiotap header"],
  194: ["JUNIPER_ISM", "Juniper Integrated Service Module"],
  [LINKTYPE_IEEE802_15_4_WITHFCS]: ["IEEE802_15_4", "IEEE 802.15.4 with FCS"],
  196: ["SITA", "SITA pseudo-header"],
  197: ["ERF", "Endace ERF header"],
  198: ["RAIF1", "Ethernet with u10 Networks pseudo-header"],
  199: ["IPMB_KONTRON", "IPMB with Kontron pseudo-header"],
  200: ["JUNIPER_ST", "Juniper Secure Tunnel"],
  201: ["BLUETOOTH_HCI_H4_WITH_PHDR", "Bluetooth HCI UART transport layer plus pseudo-header"],
  [LINKTYPE_AX25_KISS]: ["AX25_KISS", "AX.25 with KISS header"],
  209: ["IPMB_LINUX", "IPMB with Linux/Pigeon Point pseudo-header"],
  215: ["IEEE802_15_4_NONASK_PHY", "IEEE 802.15.4 with non-ASK PHY data"],
  216: ["LINUX_EVDEV", "Linux evdev events"],
  219: ["MPLS", "MPLS with label as link-layer header"],
  220: ["USB_LINUX_MMAPPED", "USB with padded Linux header"],
  221: ["DECT", "DECT"],
  222: ["AOS", "AOS Space Data Link protocol"],
  223: ["WIHART", "Wireless HART"],
  [LINKTYPE_FC_2]: ["FC_2", "Fibre Channel FC-2"],
  225: ["FC_2_WITH_FRAME_DELIMS", "Fibre Channel FC-2 with frame delimiters"],
  226: ["IPNET", "Solaris ipnet"],
  [LINKTYPE_CAN_SOCKETCAN]: ["CAN_SOCKETCAN", "CAN-bus with SocketCAN headers"],
  [LINKTYPE_IPV4]: ["IPV4", "Raw IPv4"],
  [LINKTYPE_IPV6]: ["IPV6", "Raw IPv6"],
  230: ["IEEE802_15_4_NOFCS", "IEEE 802.15.4 without FCS"],
  [LINKTYPE_DBUS]: ["DBUS", "D-Bus"],
  232: ["JUNIPER_VS", "Juniper Virtual Server"],
  233: ["JUNIPER_SRX_E2E", "Juniper SRX E2E"],
  234: ["JUNIPER_FIBRECHANNEL", "Juniper Fibre Channel"],
  235: ["DVB_CI", "DVB-CI"],
  236: ["MUX27010", "MUX27010"],
  237: ["STANAG_5066_D_PDU", "STANAG 5066 D_PDUs"],
  238: ["JUNIPER_ATM_CEMIC", "Juniper ATM CEMIC"],
  239: ["NFLOG", "Linux netfilter log messages"],
  240: ["NETANALYZER", "Ethernet with Hilscher netANALYZER pseudo-header"],
  241: [
    "NETANALYZER_TRANSPARENT",
    "Ethernet with Hilscher netANALYZER pseudo-header and with preamble and SFD",
  ],
  242: ["IPOIB", "RFC 4391 IP-over-Infiniband"],
  243: ["MPEG_2_TS", "MPEG-2 transport stream"],
  244: ["NG40", "ng40 protocol tester Iub/Iur"],
  245: ["NFC_LLCP", "NFC LLCP PDUs with pseudo-header"],
  246: ["PFSYNC", "Packet filter state syncing"],
  247: ["INFINIBAND", "InfiniBand"],
  248: ["SCTP", "SCTP"],
  [LINKTYPE_USBPCAP]: ["USBPCAP", "USB with USBPcap header"],
  250: ["RTAC_SERIAL", "Schweitzer Engineering Laboratories RTAC packets"],
  251: ["BLUETOOTH_LE_LL", "Bluetooth Low Energy air interface"],
  253: ["NETLINK", "Linux netlink"],
  254: ["BLUETOOTH_LINUX_MONITOR", "Bluetooth Linux Monitor"],
  255: ["BLUETOOTH_BREDR_BB", "Bluetooth Basic Rate/Enhanced Data Rate baseband packets"],
  256: ["BLUETOOTH_LE_LL_WITH_PHDR", "Bluetooth Low Energy air interface with pseudo-header"],
  257: ["PROFIBUS_DL", "PROFIBUS data link layer"],
  258: ["PKTAP", "Apple DLT_PKTAP"],
  259: ["EPON", "Ethernet with 802.3 Clause 65 EPON preamble"],
  260: ["IPMI_HPM_2", "IPMI trace packets"],
  261: ["ZWAVE_R1_R2", "Z-Wave RF profile R1 and R2 packets"],
  262: ["ZWAVE_R3", "Z-Wave RF profile R3 packets"],
  263: ["WATTSTOPPER_DLM", "WattStopper Digital Lighting Management (DLM) and Legrand Nitoo Open protocol"],
  264: ["ISO_14443", "ISO 14443 messages"],
  265: ["RDS", "IEC 62106 Radio Data System groups"],
  266: ["USB_DARWIN", "USB with Darwin header"],
  267: ["OPENFLOW", "OpenBSD DLT_OPENFLOW"],
  268: ["SDLC", "IBM SDLC frames"],
  269: ["TI_LLN_SNIFFER", "TI LLN sniffer frames"],
  [LINKTYPE_VSOCK]: ["VSOCK", "Linux vsock"],
  272: ["NORDIC_BLE", "Nordic Semiconductor Bluetooth LE sniffer frames"],
  273: ["DOCSIS31_XRA31", "Excentis XRA-31 DOCSIS 3.1 RF sniffer frames"],
  274: ["ETHERNET_MPACKET", "802.3br mPackets"],
  275: ["DISPLAYPORT_AUX", "DisplayPort AUX channel monitoring data"],
  [LINKTYPE_LINUX_SLL2]: ["LINUX_SLL2", "Linux cooked v2"],
  278: ["OPENVIZSLA", "OpenVizsla USB"],
  279: ["EBHSCR", "Elektrobit High Speed Capture and Replay (EBHSCR)"],
  280: ["VPP_DISPATCH", "VPP graph dispatch tracer"],
  281: ["DSA_TAG_BRCM", "Broadcom tag"],
  282: ["DSA_TAG_BRCM_PREPEND", "Broadcom tag (prepended)"],
  283: ["IEEE802_15_4_TAP", "IEEE 802.15.4 with pseudo-header"],
  284: ["DSA_TAG_DSA", "Marvell DSA"],
  285: ["DSA_TAG_EDSA", "Marvell EDSA"],
  286: ["ELEE", "ELEE lawful intercept packets"],
  287: ["Z_WAVE_SERIAL", "Z-Wave serial frames between host and chip"],
  288: ["USB_2_0", "USB 2.0/1.1/1.0 as transmitted over the cable"],
  289: ["ATSC_ALP", "ATSC Link-Layer Protocol packets"],
};

/** Returns libpcap's name of a LINKTYPE_ value, such as "EN10MB" for 1; undefined if it has none. */
export function linkTypeName(linkType: number): string | undefined {
  return LINK_TYPES[linkType]?.[0];
}

/** Returns libpcap's description of a LINKTYPE_ value, such as "Ethernet" for 1; undefined if it has none. */
export function linkTypeDescription(linkType: number): string | undefined {
  return LINK_TYPES[linkType]?.[1];
}

/** Returns the LINKTYPE_ value of libpcap's name for it, in capital or small letters; undefined if there is none. */
export function linkTypeOfName(name: string): number | undefined {
  const wanted = name.toUpperCase();
  const entry = Object.entries(LINK_TYPES).find(([, [known]]) => known.toUpperCase() === wanted);
  return entry && Number(entry[0]);
}

/** libpcap's MAXIMUM_SNAPLEN: no packet of a common link type is longer. */
export const MAXIMUM_SNAPLEN = 262_144;

/**
 * Returns the largest number of bytes of one packet that is accepted in a file, as libpcap's `max_snaplen_for_dlt`
 * does, but at most 16 MiB.
 */
export function longestPacket(linkType: number): number {
  return linkType === LINKTYPE_DBUS || linkType === LINKTYPE_USBPCAP ? 1 << 24 : MAXIMUM_SNAPLEN;
}
