import type { Layer } from "../../../../src/wire/packet/dissect/layer.js";

import { of, type Value } from "./tshark-field.js";
import { messageFields } from "./tshark-message-fields.js";

/** Returns a TCP port, also from a truncated header. */
function port(protocol: "tcp", name: "sourcePort" | "destinationPort") {
  return (layer: Layer): readonly Value[] => {
    if (layer.protocol === protocol) return [layer[name]];
    return layer.protocol === "truncated" && layer.of === protocol ? [layer[name] ?? 0] : [];
  };
}

const statuses = { incorrect: 0, correct: 1, unverified: 2 } as const;

const nd = (layer: Extract<Layer, { protocol: "icmp6" }>) => ("options" in layer ? layer.options : []);

/** tshark's fields, and their values in our layers. */
export const tsharkFields: Readonly<Record<string, (layer: Layer) => readonly Value[]>> = {
  "eth.dst": of("ethernet", (layer) => layer.destination),
  "eth.src": of("ethernet", (layer) => layer.source),
  "eth.type": of("ethernet", (layer) => (layer.etherType >= 0x600 ? layer.etherType : undefined)),
  "eth.len": of("ethernet", (layer) => (layer.etherType < 0x600 ? layer.etherType : undefined)),
  // tshark has other names for the outer of two tags.
  "ieee8021ad.id": of("vlan", (layer) => (layer.etherType === 0x8100 ? layer.vlanId : undefined)),
  "ieee8021ad.priority": of("vlan", (layer) => (layer.etherType === 0x8100 ? layer.priority : undefined)),
  "vlan.id": of("vlan", (layer) => (layer.etherType === 0x8100 ? undefined : layer.vlanId)),
  "vlan.dei": of("vlan", (layer) => (layer.etherType === 0x8100 ? undefined : layer.dropEligible)),
  "llc.dsap": of("llc", (layer) => layer.dsap),
  "llc.ssap": of("llc", (layer) => layer.ssap),
  "llc.oui": of("llc", (layer) => layer.snap?.organization),
  "stp.version": of("stp", (layer) => layer.version),
  "stp.type": of("stp", (layer) => layer.bpduType),
  "stp.root.hw": of("stp", (layer) => layer.configuration?.rootAddress),
  "stp.root.cost": of("stp", (layer) => layer.configuration?.rootPathCost),
  "stp.bridge.hw": of("stp", (layer) => layer.configuration?.bridgeAddress),
  "stp.port": of("stp", (layer) => layer.configuration?.portIdentifier),
  "stp.msg_age": of("stp", (layer) => layer.configuration?.messageAge),
  "stp.max_age": of("stp", (layer) => layer.configuration?.maxAge),
  "stp.hello": of("stp", (layer) => layer.configuration?.helloTime),
  "stp.forward": of("stp", (layer) => layer.configuration?.forwardDelay),
  "lldp.chassis.id.mac": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "chassis-id" && tlv.subtype === 4 ? [String(tlv.id)] : [])),
  ),
  "lldp.port.id": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "port-id" && tlv.subtype !== 3 ? [String(tlv.id)] : [])),
  ),
  "lldp.time_to_live": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "time-to-live" ? [tlv.seconds] : [])),
  ),
  "lldp.tlv.system.name": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "system-name" ? [tlv.text] : [])),
  ),
  "lldp.tlv.system_cap": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "capabilities" ? [tlv.system] : [])),
  ),
  "lldp.mgn.addr.ip4": of("lldp", ({ tlvs }) =>
    tlvs.flatMap((tlv) => (tlv.tlv === "management-address" ? [String(tlv.address)] : [])),
  ),
  "arp.hw.type": of("arp", (layer) => layer.hardwareType),
  "arp.opcode": of("arp", (layer) => layer.operation),
  "arp.src.hw_mac": of("arp", (layer) => layer.senderHardwareAddress),
  "arp.src.proto_ipv4": of("arp", (layer) => layer.senderProtocolAddress),
  "arp.dst.hw_mac": of("arp", (layer) => layer.targetHardwareAddress),
  "arp.dst.proto_ipv4": of("arp", (layer) => layer.targetProtocolAddress),
  "ip.src": of("ipv4", (layer) => layer.source),
  "ip.dst": of("ipv4", (layer) => layer.destination),
  "ip.len": of("ipv4", (layer) => layer.totalLength),
  "ip.id": of("ipv4", (layer) => layer.identification),
  "ip.ttl": of("ipv4", (layer) => layer.timeToLive),
  "ip.proto": of("ipv4", (layer) => layer.protocolNumber),
  "ip.dsfield.dscp": of("ipv4", (layer) => layer.dscp),
  "ip.dsfield.ecn": of("ipv4", (layer) => layer.ecn),
  "ip.flags.df": of("ipv4", (layer) => layer.dontFragment),
  "ip.flags.mf": of("ipv4", (layer) => layer.moreFragments),
  "ip.frag_offset": of("ipv4", (layer) => layer.fragmentOffset),
  "ip.checksum": of("ipv4", (layer) => layer.headerChecksum),
  "ip.checksum.status": of("ipv4", (layer) => statuses[layer.checksumStatus]),
  "ip.opt.type": of("ipv4", ({ options }) => options.map(({ type }) => type)),
  "ipv6.src": of("ipv6", (layer) => layer.source),
  "ipv6.dst": of("ipv6", (layer) => layer.destination),
  "ipv6.plen": of("ipv6", (layer) => layer.payloadLength),
  "ipv6.nxt": of("ipv6", (layer) => layer.nextHeader),
  "ipv6.hlim": of("ipv6", (layer) => layer.hopLimit),
  "ipv6.tclass.dscp": of("ipv6", (layer) => layer.dscp),
  "ipv6.flow": of("ipv6", (layer) => layer.flowLabel),
  "ipv6.fraghdr.ident": of("ipv6-fragment", (layer) => layer.identification),
  "ipv6.fraghdr.more": of("ipv6-fragment", (layer) => layer.moreFragments),
  "ipv6.routing.segleft": of("ipv6-routing", (layer) => layer.segmentsLeft),
  "ah.spi": of("ah", (layer) => layer.securityParametersIndex),
  "ah.sequence": of("ah", (layer) => layer.sequenceNumber),
  "esp.spi": of("esp", (layer) => layer.securityParametersIndex),
  "icmp.type": of("icmp", (layer) => layer.type),
  "icmp.code": of("icmp", (layer) => layer.code),
  "icmp.checksum": of("icmp", (layer) => layer.checksum),
  "icmp.checksum.status": of("icmp", (layer) => statuses[layer.checksumStatus]),
  "icmp.ident": of("icmp", (layer) => ("identifier" in layer ? layer.identifier : undefined)),
  "icmp.mtu": of("icmp", (layer) =>
    layer.type === 3 && layer.code === 4 && layer.message === "destination-unreachable"
      ? layer.nextHopMtu
      : undefined,
  ),
  "icmp.redir_gw": of("icmp", (layer) => (layer.message === "redirect" ? layer.gatewayAddress : undefined)),
  "icmpv6.type": of("icmp6", (layer) => layer.type),
  "icmpv6.code": of("icmp6", (layer) => layer.code),
  "icmpv6.checksum": of("icmp6", (layer) => layer.checksum),
  "icmpv6.checksum.status": of("icmp6", (layer) => statuses[layer.checksumStatus]),
  "icmpv6.echo.identifier": of("icmp6", (layer) => ("identifier" in layer ? layer.identifier : undefined)),
  "icmpv6.echo.sequence_number": of("icmp6", (layer) =>
    "identifier" in layer ? layer.sequenceNumber : undefined,
  ),
  "icmpv6.pointer": of("icmp6", (layer) => ("pointer" in layer ? layer.pointer : undefined)),
  "icmpv6.nd.ns.target_address": of("icmp6", (layer) =>
    layer.message === "neighbour-solicitation" ? layer.targetAddress : undefined,
  ),
  "icmpv6.nd.na.target_address": of("icmp6", (layer) =>
    layer.message === "neighbour-advertisement" ? layer.targetAddress : undefined,
  ),
  "icmpv6.nd.na.flag.r": of("icmp6", (layer) => ("router" in layer ? layer.router : undefined)),
  "icmpv6.nd.na.flag.s": of("icmp6", (layer) => ("solicited" in layer ? layer.solicited : undefined)),
  "icmpv6.nd.na.flag.o": of("icmp6", (layer) => ("override" in layer ? layer.override : undefined)),
  "icmpv6.nd.ra.router_lifetime": of("icmp6", (layer) =>
    "routerLifetime" in layer ? layer.routerLifetime : undefined,
  ),
  "icmpv6.opt.type": of("icmp6", (layer) => nd(layer).map(({ type }) => type)),
  "icmpv6.opt.linkaddr": of("icmp6", (layer) =>
    nd(layer).flatMap((option) => ("address" in option ? [option.address] : [])),
  ),
  "icmpv6.opt.mtu": of("icmp6", (layer) =>
    nd(layer).flatMap((option) => ("mtu" in option ? [option.mtu] : [])),
  ),
  "icmpv6.opt.prefix": of("icmp6", (layer) =>
    nd(layer).flatMap((option) => ("prefix" in option ? [option.prefix] : [])),
  ),
  "icmpv6.opt.prefix.valid_lifetime": of("icmp6", (layer) =>
    nd(layer).flatMap((option) => ("validLifetime" in option ? [option.validLifetime] : [])),
  ),
  "icmpv6.opt.rdnss": of("icmp6", (layer) =>
    nd(layer).flatMap((option) => ("addresses" in option ? option.addresses : [])),
  ),
  "icmpv6.mldr.mar.multicast_address": of("icmp6", (layer) =>
    layer.message === "mldv2-report"
      ? layer.records.map(({ multicastAddress }) => multicastAddress)
      : undefined,
  ),
  "igmp.type": of("igmp", (layer) => layer.type),
  "igmp.checksum.status": of("igmp", (layer) => statuses[layer.checksumStatus]),
  "igmp.maddr": of("igmp", (layer) =>
    layer.message === "v3-report"
      ? layer.records.map(({ groupAddress }) => groupAddress)
      : layer.groupAddress,
  ),
  "igmp.saddr": of("igmp", (layer) => {
    if (layer.message === "v3-report") return layer.records.flatMap(({ sources }) => sources);
    return layer.message === "v3-query" ? layer.sources : undefined;
  }),
  "tcp.srcport": port("tcp", "sourcePort"),
  "tcp.dstport": port("tcp", "destinationPort"),
  "tcp.seq_raw": of("tcp", (layer) => layer.sequenceNumber),
  "tcp.ack_raw": of("tcp", (layer) => layer.acknowledgmentNumber),
  "tcp.flags.syn": of("tcp", (layer) => layer.flags.syn),
  "tcp.flags.ack": of("tcp", (layer) => layer.flags.ack),
  "tcp.flags.push": of("tcp", (layer) => layer.flags.psh),
  "tcp.flags.cwr": of("tcp", (layer) => layer.flags.cwr),
  "tcp.window_size_value": of("tcp", (layer) => layer.window),
  "tcp.checksum.status": of("tcp", (layer) => statuses[layer.checksumStatus]),
  "tcp.options.mss_val": of("tcp", ({ options }) =>
    options.flatMap((option) => ("maximumSegmentSize" in option ? [option.maximumSegmentSize] : [])),
  ),
  "tcp.options.wscale.shift": of("tcp", ({ options }) =>
    options.flatMap((option) => ("shiftCount" in option ? [option.shiftCount] : [])),
  ),
  "tcp.options.timestamp.tsval": of("tcp", ({ options }) =>
    options.flatMap((option) => ("echoReply" in option ? [option.value] : [])),
  ),
  "udp.srcport": of("udp", (layer) => layer.sourcePort),
  "udp.dstport": of("udp", (layer) => layer.destinationPort),
  "udp.length": of("udp", (layer) => layer.length),
  "udp.checksum": of("udp", (layer) => layer.checksum),
  ...messageFields,
};
