// https://www.tcpdump.org/linktypes.html
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_DBUS = 231;
export const LINKTYPE_USBPCAP = 249;

/** The names that tcpdump prints (`pcap_datalink_val_to_name(3PCAP)`, and what it calls them), by LINKTYPE_ value. */
const LINK_TYPES: Readonly<Record<number, readonly [name: string, description: string]>> = {
  0: ["NULL", "BSD loopback"],
  1: ["EN10MB", "Ethernet"],
  3: ["AX25", "AX.25 layer 2"],
  6: ["IEEE802", "Token ring"],
  7: ["ARCNET", "BSD ARCNET"],
  8: ["SLIP", "SLIP"],
  9: ["PPP", "PPP"],
  10: ["FDDI", "FDDI"],
  50: ["PPP_SERIAL", "PPP over serial"],
  51: ["PPP_ETHER", "PPPoE"],
  99: ["SYMANTEC_FIREWALL", "Symantec Firewall"],
  100: ["ATM_RFC1483", "RFC1483 LLC-encapsulated ATM"],
  101: ["RAW", "Raw IP"],
  104: ["C_HDLC", "Cisco HDLC"],
  105: ["IEEE802_11", "802.11"],
  107: ["FRELAY", "Frame Relay"],
  108: ["LOOP", "OpenBSD loopback"],
  109: ["ENC", "OpenBSD encapsulated IP"],
  113: ["LINUX_SLL", "Linux cooked v1"],
  114: ["LTALK", "Localtalk"],
  117: ["PFLOG", "OpenBSD pflog file"],
  119: ["PRISM_HEADER", "802.11 plus Prism header"],
  122: ["IP_OVER_FC", "RFC 2625 IP-over-Fibre Channel"],
  123: ["SUNATM", "Sun raw ATM"],
  127: ["IEEE802_11_RADIO", "802.11 plus radiotap header"],
  129: ["ARCNET_LINUX", "Linux ARCNET"],
  138: ["APPLE_IP_OVER_IEEE1394", "Apple IP-over-IEEE 1394"],
  143: ["DOCSIS", "DOCSIS"],
  144: ["LINUX_IRDA", "Linux IrDA"],
  163: ["IEEE802_11_RADIO_AVS", "802.11 plus AVS radio information header"],
  187: ["BLUETOOTH_HCI_H4", "Bluetooth HCI UART transport layer"],
  189: ["USB_LINUX", "USB with Linux header"],
  192: ["PPI", "Per-Packet Information"],
  195: ["IEEE802_15_4", "IEEE 802.15.4 with FCS"],
  201: ["BLUETOOTH_HCI_H4_WITH_PHDR", "Bluetooth HCI UART transport layer plus pseudo-header"],
  220: ["USB_LINUX_MMAPPED", "USB with padded Linux header"],
  226: ["IPNET", "Solaris ipnet"],
  227: ["CAN_SOCKETCAN", "CAN-bus with SocketCAN headers"],
  228: ["IPV4", "Raw IPv4"],
  229: ["IPV6", "Raw IPv6"],
  230: ["IEEE802_15_4_NOFCS", "IEEE 802.15.4 without FCS"],
  231: ["DBUS", "D-Bus"],
  239: ["NFLOG", "Linux netfilter log messages"],
  247: ["INFINIBAND", "InfiniBand"],
  249: ["USBPCAP", "USB with USBPcap header"],
  253: ["NETLINK", "Linux netlink"],
  254: ["BLUETOOTH_LINUX_MONITOR", "Bluetooth Linux Monitor"],
  271: ["VSOCK", "Linux vsock"],
  276: ["LINUX_SLL2", "Linux cooked v2"],
};

/** "EN10MB" for 1; undefined for a value that tcpdump has no name for here. */
export function linkTypeName(linkType: number): string | undefined {
  return LINK_TYPES[linkType]?.[0];
}

/** "Ethernet" for 1; undefined as with {@link linkTypeName}. */
export function linkTypeDescription(linkType: number): string | undefined {
  return LINK_TYPES[linkType]?.[1];
}

/** libpcap's MAXIMUM_SNAPLEN: no packet of a usual link type is longer. */
const MAXIMUM_SNAPLEN = 262_144;

/** Most bytes of one packet that are believed of a file, as libpcap's `max_snaplen_for_dlt`, but never above 16 MiB. */
export function longestPacket(linkType: number): number {
  return linkType === LINKTYPE_DBUS || linkType === LINKTYPE_USBPCAP ? 1 << 24 : MAXIMUM_SNAPLEN;
}
