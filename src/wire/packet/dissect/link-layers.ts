import {
  ARPHRD_IEEE80211_PRISM,
  ARPHRD_IEEE80211_RADIOTAP,
  ARPHRD_IPGRE,
  ARPHRD_NETLINK,
} from "../../kernel/rtnetlink/arphrd.js";
import {
  BSD_LOOPBACK_SIZE,
  FAMILY_INET,
  FAMILY_INET6_BSD,
  FAMILY_INET6_DARWIN,
  FAMILY_INET6_FREEBSD,
  FAMILY_INET6_LINUX,
  readBsdLoopback,
} from "../link/bsd-loopback.js";
import {
  ETH_P_802_2,
  ETH_P_802_3_MIN,
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_LLDP,
  ETH_P_QINQ1,
  ETH_P_RARP,
} from "../link/ether-type.js";
import { ETHERNET_SIZE, readEthernet } from "../link/ethernet.js";
import { LLC_SAP_BSPAN, llcSize, OUI_ENCAPSULATED_ETHERNET, readLlc } from "../link/llc.js";
import { readLldp } from "../link/lldp.js";
import { readSll, SLL_SIZE } from "../link/sll.js";
import { readSll2, SLL2_SIZE } from "../link/sll2.js";
import { readStp, stpSize } from "../link/stp.js";
import { readVlan, VLAN_SIZE } from "../link/vlan.js";
import { arpSize, readArp } from "../network/arp.js";
import type { Next, Walk } from "./walk.js";

/**
 * `ARPHRD_*` values for which the protocol field of a cooked capture isn't an EtherType: netlink, GRE, and two of IEEE
 * 802.11.
 */
const notEtherTypes: readonly number[] = [
  ARPHRD_NETLINK,
  ARPHRD_IPGRE,
  ARPHRD_IEEE80211_PRISM,
  ARPHRD_IEEE80211_RADIOTAP,
];

function byEtherType(etherType: number): Next {
  switch (etherType) {
    case ETH_P_IP:
      return "ipv4";
    case ETH_P_IPV6:
      return "ipv6";
    case ETH_P_ARP:
    case ETH_P_RARP:
      return "arp";
    case ETH_P_8021Q:
    case ETH_P_8021AD:
    case ETH_P_QINQ1:
      return "vlan";
    case ETH_P_LLDP:
      return "lldp";
    default:
      return "data";
  }
}

/** Returns the layer that follows a field that is either a type or a length. */
function byTypeOrLength(walk: Walk, etherType: number): Next {
  if (etherType >= ETH_P_802_3_MIN) return byEtherType(etherType);
  walk.limit(etherType);
  return "llc";
}

export function ethernet(walk: Walk): Next {
  const header = readEthernet(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "ethernet", ...header });
  walk.at += ETHERNET_SIZE;
  return byTypeOrLength(walk, header.etherType);
}

export function vlan(walk: Walk): Next {
  const tag = readVlan(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "vlan", ...tag });
  walk.at += VLAN_SIZE;
  return byTypeOrLength(walk, tag.etherType);
}

export function llc(walk: Walk): Next {
  const header = readLlc(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "llc", ...header });
  walk.at += llcSize(header);
  if (header.snap?.organization === OUI_ENCAPSULATED_ETHERNET) return byEtherType(header.snap.protocolId);
  return header.dsap === LLC_SAP_BSPAN && header.ssap === LLC_SAP_BSPAN ? "stp" : "data";
}

export function stp(walk: Walk): Next {
  const bpdu = readStp(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "stp", ...bpdu });
  walk.at = Math.min(walk.at + stpSize(bpdu), walk.end);
  return "data";
}

export function lldp(walk: Walk): Next {
  const { tlvs, end } = readLldp(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "lldp", tlvs });
  walk.limit(end - walk.at);
  walk.at = end;
  return "nothing";
}

export function sll(walk: Walk): Next {
  const header = readSll(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "sll", ...header });
  walk.at += SLL_SIZE;
  return byCookedType(header.hardwareType, header.etherType);
}

export function sll2(walk: Walk): Next {
  const header = readSll2(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "sll2", ...header });
  walk.at += SLL2_SIZE;
  return byCookedType(header.hardwareType, header.etherType);
}

function byCookedType(hardwareType: number, etherType: number): Next {
  if (notEtherTypes.includes(hardwareType)) return "data";
  return etherType === ETH_P_802_2 ? "llc" : byEtherType(etherType);
}

export function bsdLoopback(walk: Walk): Next {
  const header = readBsdLoopback(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "null", ...header });
  walk.at += BSD_LOOPBACK_SIZE;
  switch (header.family) {
    case FAMILY_INET:
      return "ipv4";
    case FAMILY_INET6_LINUX:
    case FAMILY_INET6_BSD:
    case FAMILY_INET6_FREEBSD:
    case FAMILY_INET6_DARWIN:
      return "ipv6";
    default:
      return "data";
  }
}

export function ieee80211(walk: Walk): Next {
  walk.push({ protocol: "ieee802.11" });
  return "data";
}

export function arp(walk: Walk): Next {
  const packet = readArp(walk.bytes, walk.at, walk.end);
  walk.push({ protocol: "arp", ...packet });
  const size = arpSize(packet);
  walk.limit(size);
  walk.at += size;
  return "nothing";
}
