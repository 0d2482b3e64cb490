import * as etherType from "../../wire/packet/link/ether-type.js";
import * as ipProtocol from "../../wire/packet/network/protocol-number.js";

/** By `ETH_P_*`. `ETH_P_ALL` has no name, because it isn't a protocol. */
export const etherTypeNames: Readonly<Record<number, string>> = {
  [etherType.ETH_P_802_2]: "802.2",
  [etherType.ETH_P_IP]: "IPv4",
  [etherType.ETH_P_ARP]: "ARP",
  [etherType.ETH_P_8021Q]: "802.1Q",
  [etherType.ETH_P_IPV6]: "IPv6",
  [etherType.ETH_P_PAE]: "EAPOL",
  [etherType.ETH_P_LLDP]: "LLDP",
};

/** By `IPPROTO_*`. */
export const ipProtocolNames: Readonly<Record<number, string>> = {
  [ipProtocol.IPPROTO_ICMP]: "ICMP",
  [ipProtocol.IPPROTO_IGMP]: "IGMP",
  [ipProtocol.IPPROTO_TCP]: "TCP",
  [ipProtocol.IPPROTO_UDP]: "UDP",
  [ipProtocol.IPPROTO_GRE]: "GRE",
  [ipProtocol.IPPROTO_ICMPV6]: "ICMPv6",
  [ipProtocol.IPPROTO_OSPF]: "OSPF",
  [ipProtocol.IPPROTO_VRRP]: "VRRP",
};
