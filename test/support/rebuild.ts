import { writeDhcp } from "../../src/wire/application/dhcp.js";
import { writeDhcp6 } from "../../src/wire/application/dhcp6.js";
import { writeDns } from "../../src/wire/application/dns.js";
import type { Layer } from "../../src/wire/dissect/layer.js";
import { writeIcmp6 } from "../../src/wire/icmp6/icmp6.js";
import { writeBsdLoopback } from "../../src/wire/link/bsd-loopback.js";
import { writeEthernet } from "../../src/wire/link/ethernet.js";
import { writeLlc } from "../../src/wire/link/llc.js";
import { writeLldp } from "../../src/wire/link/lldp.js";
import { writeSll, writeSll2 } from "../../src/wire/link/sll.js";
import { writeStp } from "../../src/wire/link/stp.js";
import { writeVlan } from "../../src/wire/link/vlan.js";
import { writeArp } from "../../src/wire/network/arp.js";
import { writeIcmp } from "../../src/wire/network/icmp.js";
import { writeIgmp } from "../../src/wire/network/igmp.js";
import { writeAuthentication, writeEsp } from "../../src/wire/network/ipsec.js";
import { writeIpv4 } from "../../src/wire/network/ipv4.js";
import { writeIpv6 } from "../../src/wire/network/ipv6.js";
import { writeIpv6Fragment } from "../../src/wire/network/ipv6-fragment.js";
import { writeIpv6Options } from "../../src/wire/network/ipv6-options.js";
import { writeIpv6Routing } from "../../src/wire/network/ipv6-routing.js";
import { writeTcp } from "../../src/wire/transport/tcp.js";
import { writeUdp } from "../../src/wire/transport/udp.js";

/** Writes a packet's layers again, each with its codec, one behind the other; returns the offset after them. */
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
