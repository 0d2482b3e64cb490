import type { Context } from "../context.js";

// https://www.iana.org/assignments/ieee-802-numbers
export const ETHERTYPE_IP = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_REVARP = 0x8035;
export const ETHERTYPE_8021Q = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_LLDP = 0x88cc;

/** As tcpdump names them. */
const names: Readonly<Record<number, string>> = {
  [ETHERTYPE_IP]: "IPv4",
  [ETHERTYPE_ARP]: "ARP",
  [ETHERTYPE_REVARP]: "Reverse ARP",
  [ETHERTYPE_8021Q]: "802.1Q",
  34984: "802.1Q-QinQ",
  37120: "802.1Q-9100",
  37376: "802.1Q-9200",
  [ETHERTYPE_IPV6]: "IPv6",
  34887: "MPLS unicast",
  34888: "MPLS multicast",
  34915: "PPPoE D",
  34916: "PPPoE S",
  34958: "EAPOL",
  35020: "LLDP",
  34825: "Slow Protocols",
  34827: "PPP",
  35074: "CFM",
  36864: "Loopback",
  35045: "802.1AE MACsec",
  35063: "PTPv2",
  32923: "Appletalk",
  33011: "Appletalk ARP",
  24578: "MOP RC",
  24579: "DN",
  24580: "LAT",
  33079: "IPX",
};

/** Undefined for one that tcpdump has no name for. */
export function etherTypeName(type: number): string | undefined {
  return names[type];
}

/** "ethertype IPv4 (0x0800)" */
export function printType({ out, options }: Context, type: number): void {
  const name = etherTypeName(type);
  if (options.quiet && name !== undefined) return out.text(name);
  if (!options.quiet) out.text("ethertype ");
  out.text(name ?? (options.quiet ? "Unknown Ethertype" : "Unknown"));
  out.text(" (0x");
  out.hex(type, 4);
  out.text(")");
}
