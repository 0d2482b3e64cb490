import { dhcpSize, readDhcp, writeDhcp } from "../../../src/wire/packet/application/dhcp.js";
import { dhcp6Size, readDhcp6, writeDhcp6 } from "../../../src/wire/packet/application/dhcp6.js";
import { dnsSize, readDns, writeDns } from "../../../src/wire/packet/application/dns.js";
import {
  BSD_LOOPBACK_SIZE,
  readBsdLoopback,
  writeBsdLoopback,
} from "../../../src/wire/packet/link/bsd-loopback.js";
import { ETHERNET_SIZE, readEthernet, writeEthernet } from "../../../src/wire/packet/link/ethernet.js";
import { llcSize, readLlc, writeLlc } from "../../../src/wire/packet/link/llc.js";
import { lldpSize, readLldp, writeLldp } from "../../../src/wire/packet/link/lldp.js";
import { readSll, SLL_SIZE, writeSll } from "../../../src/wire/packet/link/sll.js";
import { readSll2, SLL2_SIZE, writeSll2 } from "../../../src/wire/packet/link/sll2.js";
import { readStp, stpSize, writeStp } from "../../../src/wire/packet/link/stp.js";
import { readVlan, VLAN_SIZE, writeVlan } from "../../../src/wire/packet/link/vlan.js";
import { arpSize, readArp, writeArp } from "../../../src/wire/packet/network/arp.js";
import { ICMP_SIZE, readIcmp, writeIcmp } from "../../../src/wire/packet/network/icmp.js";
import { icmp6Size, readIcmp6, writeIcmp6 } from "../../../src/wire/packet/network/icmp6/icmp6.js";
import { igmpSize, readIgmp, writeIgmp } from "../../../src/wire/packet/network/igmp.js";
import {
  authenticationSize,
  ESP_SIZE,
  readAuthentication,
  readEsp,
  writeAuthentication,
  writeEsp,
} from "../../../src/wire/packet/network/ipsec.js";
import { ipv4Size, readIpv4, writeIpv4 } from "../../../src/wire/packet/network/ipv4.js";
import { IPV6_SIZE, readIpv6, writeIpv6 } from "../../../src/wire/packet/network/ipv6.js";
import {
  IPV6_FRAGMENT_SIZE,
  readIpv6Fragment,
  writeIpv6Fragment,
} from "../../../src/wire/packet/network/ipv6-fragment.js";
import {
  ipv6OptionsSize,
  readIpv6Options,
  writeIpv6Options,
} from "../../../src/wire/packet/network/ipv6-options.js";
import {
  ipv6RoutingSize,
  readIpv6Routing,
  writeIpv6Routing,
} from "../../../src/wire/packet/network/ipv6-routing.js";
import { readTcp, tcpSize, writeTcp } from "../../../src/wire/packet/transport/tcp.js";
import { readUdp, UDP_SIZE, writeUdp } from "../../../src/wire/packet/transport/udp.js";
import { codec } from "./codec.js";
import * as messages from "./message-values.js";
import * as headers from "./protocol-values.js";

/** The codec of every protocol, and arbitrary values for it. */
export const protocols = {
  ethernet: codec({
    values: headers.ethernet,
    size: () => ETHERNET_SIZE,
    write: writeEthernet,
    read: readEthernet,
  }),
  vlan: codec({ values: headers.vlan, size: () => VLAN_SIZE, write: writeVlan, read: readVlan }),
  llc: codec({ values: headers.llc, size: llcSize, write: writeLlc, read: readLlc }),
  stp: codec({ values: headers.stp, size: stpSize, write: writeStp, read: readStp }),
  lldp: codec({
    values: headers.lldp,
    size: lldpSize,
    write: writeLldp,
    read(bytes: Uint8Array) {
      const { tlvs } = readLldp(bytes);
      return { tlvs };
    },
  }),
  sll: codec({ values: headers.sll, size: () => SLL_SIZE, write: writeSll, read: readSll }),
  sll2: codec({ values: headers.sll2, size: () => SLL2_SIZE, write: writeSll2, read: readSll2 }),
  "BSD loopback": codec({
    values: headers.bsdLoopback,
    size: () => BSD_LOOPBACK_SIZE,
    write: writeBsdLoopback,
    read: readBsdLoopback,
  }),
  arp: codec({ values: headers.arp, size: arpSize, write: writeArp, read: readArp }),
  ipv4: codec({ values: headers.ipv4, size: ipv4Size, write: writeIpv4, read: readIpv4 }),
  ipv6: codec({ values: headers.ipv6, size: () => IPV6_SIZE, write: writeIpv6, read: readIpv6 }),
  "ipv6 options": codec({
    values: headers.ipv6Options,
    size: ipv6OptionsSize,
    write: writeIpv6Options,
    read: readIpv6Options,
  }),
  "ipv6 fragment": codec({
    values: headers.ipv6Fragment,
    size: () => IPV6_FRAGMENT_SIZE,
    write: writeIpv6Fragment,
    read: readIpv6Fragment,
  }),
  "ipv6 routing": codec({
    values: headers.ipv6Routing,
    size: ipv6RoutingSize,
    write: writeIpv6Routing,
    read: readIpv6Routing,
  }),
  ah: codec({
    values: headers.authentication,
    size: authenticationSize,
    write: writeAuthentication,
    read: readAuthentication,
  }),
  esp: codec({ values: headers.esp, size: () => ESP_SIZE, write: writeEsp, read: readEsp }),
  icmp: codec({ values: headers.icmp, size: () => ICMP_SIZE, write: writeIcmp, read: readIcmp }),
  igmp: codec({ values: headers.igmp, size: igmpSize, write: writeIgmp, read: readIgmp }),
  tcp: codec({ values: headers.tcp, size: tcpSize, write: writeTcp, read: readTcp }),
  udp: codec({ values: headers.udp, size: () => UDP_SIZE, write: writeUdp, read: readUdp }),
  icmp6: codec({ values: messages.icmp6, size: icmp6Size, write: writeIcmp6, read: readIcmp6 }),
  dns: codec({ values: messages.dns, size: dnsSize, write: writeDns, read: readDns }),
  dhcp: codec({ values: messages.dhcp, size: dhcpSize, write: writeDhcp, read: readDhcp }),
  dhcp6: codec({ values: messages.dhcp6, size: dhcp6Size, write: writeDhcp6, read: readDhcp6 }),
};
