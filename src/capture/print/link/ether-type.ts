import * as type from "../../../wire/packet/link/ether-type.js";
import type { Context } from "../context.js";

/** The names that tcpdump prints. */
const names: Readonly<Record<number, string>> = {
  [type.ETH_P_IP]: "IPv4",
  [type.ETH_P_ARP]: "ARP",
  [type.ETH_P_RARP]: "Reverse ARP",
  [type.ETH_P_8021Q]: "802.1Q",
  [type.ETH_P_8021AD]: "802.1Q-QinQ",
  [type.ETH_P_QINQ1]: "802.1Q-9100",
  [type.ETH_P_QINQ2]: "802.1Q-9200",
  [type.ETH_P_IPV6]: "IPv6",
  [type.ETH_P_MPLS_UC]: "MPLS unicast",
  [type.ETH_P_MPLS_MC]: "MPLS multicast",
  [type.ETH_P_PPP_DISC]: "PPPoE D",
  [type.ETH_P_PPP_SES]: "PPPoE S",
  [type.ETH_P_PAE]: "EAPOL",
  [type.ETH_P_LLDP]: "LLDP",
  [type.ETH_P_SLOW]: "Slow Protocols",
  [type.ETHERTYPE_PPP]: "PPP",
  [type.ETH_P_CFM]: "CFM",
  [type.ETH_P_LOOPBACK]: "Loopback",
  [type.ETH_P_MACSEC]: "802.1AE MACsec",
  [type.ETH_P_1588]: "PTPv2",
  [type.ETH_P_ATALK]: "Appletalk",
  [type.ETH_P_AARP]: "Appletalk ARP",
  [type.ETH_P_DNA_RC]: "MOP RC",
  [type.ETH_P_DNA_RT]: "DN",
  [type.ETH_P_LAT]: "LAT",
  [type.ETH_P_IPX]: "IPX",
};

/** Returns tcpdump's name of an EtherType; undefined if it has none. */
export function etherTypeName(etherType: number): string | undefined {
  return names[etherType];
}

/** Prints "ethertype IPv4 (0x0800)". */
export function printType({ out, options }: Context, etherType: number): void {
  const name = etherTypeName(etherType);
  if (options.quiet && name !== undefined) return out.text(name);
  if (!options.quiet) out.text("ethertype ");
  out.text(name ?? (options.quiet ? "Unknown Ethertype" : "Unknown"));
  out.text(" (0x");
  out.hex(etherType, 4);
  out.text(")");
}
