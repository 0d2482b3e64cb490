import { writeDhcp } from "../../../src/wire/packet/application/dhcp.js";
import { writeDhcp6 } from "../../../src/wire/packet/application/dhcp6.js";
import { writeDns } from "../../../src/wire/packet/application/dns.js";
import type { Layer } from "../../../src/wire/packet/dissect/layer.js";
import { writeBsdLoopback } from "../../../src/wire/packet/link/bsd-loopback.js";
import { writeEthernet } from "../../../src/wire/packet/link/ethernet.js";
import { writeLlc } from "../../../src/wire/packet/link/llc.js";
import { writeLldp } from "../../../src/wire/packet/link/lldp.js";
import { writeSll } from "../../../src/wire/packet/link/sll.js";
import { writeSll2 } from "../../../src/wire/packet/link/sll2.js";
import { writeStp } from "../../../src/wire/packet/link/stp.js";
import { writeVlan } from "../../../src/wire/packet/link/vlan.js";
import { writeArp } from "../../../src/wire/packet/network/arp.js";
import { writeIcmp } from "../../../src/wire/packet/network/icmp.js";
import { writeIcmp6 } from "../../../src/wire/packet/network/icmp6/icmp6.js";
import { writeIgmp } from "../../../src/wire/packet/network/igmp.js";
import { writeAuthentication, writeEsp } from "../../../src/wire/packet/network/ipsec.js";
import { writeIpv4 } from "../../../src/wire/packet/network/ipv4.js";
import { writeIpv6 } from "../../../src/wire/packet/network/ipv6.js";
import { writeIpv6Fragment } from "../../../src/wire/packet/network/ipv6-fragment.js";
import { writeIpv6Options } from "../../../src/wire/packet/network/ipv6-options.js";
import { writeIpv6Routing } from "../../../src/wire/packet/network/ipv6-routing.js";
import { writeTcp } from "../../../src/wire/packet/transport/tcp.js";
import { writeUdp } from "../../../src/wire/packet/transport/udp.js";

/** Writes a packet's layers again, each with its codec, one after the other. Returns the offset after them. */
export function rebuild(layers: readonly Layer[], into: Uint8Array, start = 0): number {
  return layers.reduce((at, layer) => rebuildOne(layer, into, at), start);
}

function rebuildOne(layer: Layer, into: Uint8Array, at: number): number {
  switch (layer.protocol) {
    case "ethernet":
      return writeEthernet(layer, into, at);
    case "vlan":
      return writeVlan(layer, into, at);
    case "llc":
      return writeLlc(layer, into, at);
    case "stp":
      return writeStp(layer, into, at);
    case "lldp":
      return writeLldp(layer, into, at);
    case "sll":
      return writeSll(layer, into, at);
    case "sll2":
      return writeSll2(layer, into, at);
    case "null":
      return writeBsdLoopback(layer, into, at);
    case "arp":
      return writeArp(layer, into, at);
    case "ipv4":
      return writeIpv4(layer, into, at);
    case "ipv6":
      return writeIpv6(layer, into, at);
    case "ipv6-hop-by-hop":
    case "ipv6-destination-options":
      return writeIpv6Options(layer, into, at);
    case "ipv6-routing":
      return writeIpv6Routing(layer, into, at);
    case "ipv6-fragment":
      return writeIpv6Fragment(layer, into, at);
    case "ah":
      return writeAuthentication(layer, into, at);
    case "esp":
      return writeEsp(layer, into, at);
    case "icmp":
      return rebuild(layer.original ?? [], into, writeIcmp(layer, into, at));
    case "icmp6":
      return rebuild(layer.original ?? [], into, writeIcmp6(layer, into, at));
    case "igmp":
      return writeIgmp(layer, into, at);
    case "tcp":
      return writeTcp(layer, into, at);
    case "udp":
      return writeUdp(layer, into, at);
    case "dns":
    case "mdns":
      return writeDns(layer, into, at);
    case "dhcp":
      return writeDhcp(layer, into, at);
    case "dhcp6":
      return writeDhcp6(layer, into, at);
    case "data":
    case "trailer":
      into.set(layer.bytes, at);
      return at + layer.bytes.length;
    case "ieee802.11":
    case "malformed":
    case "truncated":
      return at;
  }
}
