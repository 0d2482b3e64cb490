import fc from "fast-check";
import type { BsdLoopback } from "../../../src/wire/packet/link/bsd-loopback.js";
import type { Ethernet } from "../../../src/wire/packet/link/ethernet.js";
import type { Llc } from "../../../src/wire/packet/link/llc.js";
import type { Lldp, LldpTlv } from "../../../src/wire/packet/link/lldp.js";
import type { Sll } from "../../../src/wire/packet/link/sll.js";
import type { Sll2 } from "../../../src/wire/packet/link/sll2.js";
import type { Stp } from "../../../src/wire/packet/link/stp.js";
import type { Vlan } from "../../../src/wire/packet/link/vlan.js";
import type { Arp } from "../../../src/wire/packet/network/arp.js";
import type { Icmp } from "../../../src/wire/packet/network/icmp.js";
import type { Igmp } from "../../../src/wire/packet/network/igmp.js";
import type { Authentication, Esp } from "../../../src/wire/packet/network/ipsec.js";
import type { Ipv4 } from "../../../src/wire/packet/network/ipv4.js";
import type { Ipv6 } from "../../../src/wire/packet/network/ipv6.js";
import type { Ipv6Fragment } from "../../../src/wire/packet/network/ipv6-fragment.js";
import type { Ipv6Options } from "../../../src/wire/packet/network/ipv6-options.js";
import type { Ipv6Routing } from "../../../src/wire/packet/network/ipv6-routing.js";
import type { Tcp } from "../../../src/wire/packet/transport/tcp.js";
import type { Udp } from "../../../src/wire/packet/transport/udp.js";
import {
  bits,
  bytes,
  flag,
  ipv4Address,
  ipv6Address,
  mac,
  octets,
  plain,
  text,
  tuples,
  u8,
  u16,
  u24,
  u32,
} from "./wire-scalars.js";

export const ethernet: fc.Arbitrary<Ethernet> = plain({ destination: mac, source: mac, etherType: u16 });

export const vlan: fc.Arbitrary<Vlan> = plain({
  priority: bits(3),
  dropEligible: flag,
  vlanId: bits(12),
  etherType: u16,
});

/** Unnumbered frames have one byte, whose lowest bits are set; others have two. */
const llcControl = fc.oneof(
  u8.map((value) => value | 3),
  u16.filter((value) => (value & 3) !== 3),
);
export const llc: fc.Arbitrary<Llc> = fc.oneof(
  plain({ dsap: bits(7), ssap: u8, control: llcControl }),
  plain({
    dsap: fc.constant(0xaa),
    ssap: fc.constant(0xaa),
    control: fc.constant(3),
    snap: plain({ organization: u24, protocolId: u16 }),
  }),
);

const seconds = u16.map((value) => value / 256);
export const stp: fc.Arbitrary<Stp> = fc.oneof(
  plain({ version: u8, bpduType: fc.constant(0x80) }),
  plain({
    version: u8,
    bpduType: bits(7),
    configuration: plain({
      flags: u8,
      rootPriority: u16,
      rootAddress: mac,
      rootPathCost: u32,
      bridgePriority: u16,
      bridgeAddress: mac,
      portIdentifier: u16,
      messageAge: seconds,
      maxAge: seconds,
      helloTime: seconds,
      forwardDelay: seconds,
    }),
  }),
);

const lldpTlv: fc.Arbitrary<LldpTlv> = fc.oneof(
  plain({ tlv: fc.constant("chassis-id" as const), subtype: fc.constant(4), id: mac }),
  plain({ tlv: fc.constant("chassis-id" as const), subtype: fc.constant(5), id: bytes }),
  plain({ tlv: fc.constant("chassis-id" as const), subtype: fc.constant(7), id: text }),
  plain({ tlv: fc.constant("port-id" as const), subtype: fc.constant(3), id: mac }),
  plain({ tlv: fc.constant("port-id" as const), subtype: fc.constant(5), id: text }),
  plain({ tlv: fc.constant("time-to-live" as const), seconds: u16 }),
  plain({
    tlv: fc.constantFrom("port-description" as const, "system-name" as const, "system-description" as const),
    text,
  }),
  plain({ tlv: fc.constant("capabilities" as const), system: u16, enabled: u16 }),
  ...(
    [
      [1, ipv4Address],
      [2, ipv6Address],
      [6, fc.uint8Array({ minLength: 1, maxLength: 31 })],
    ] as const
  ).map(([family, address]) =>
    plain({
      tlv: fc.constant("management-address" as const),
      family: fc.constant(family),
      address: address as fc.Arbitrary<string | Uint8Array>,
      interfaceSubtype: u8,
      interfaceNumber: u32,
      objectId: bytes,
    }),
  ),
  plain({ tlv: fc.constant("organization" as const), organization: u24, subtype: u8, data: bytes }),
  plain({ tlv: fc.constant("other" as const), type: fc.integer({ min: 9, max: 126 }), data: bytes }),
);
export const lldp: fc.Arbitrary<Lldp> = plain({ tlvs: fc.array(lldpTlv, { maxLength: 8 }) });

const cooked = { packetType: u8, hardwareType: u16, etherType: u16 };
const cookedAddress = fc.oneof(
  octets(0, 8).map(({ text, length }) => ({ address: text, addressLength: length })),
  octets(8, 8).map(({ text }) => ({ address: text, addressLength: 20 })),
);
export const sll: fc.Arbitrary<Sll> = fc
  .tuple(plain(cooked), cookedAddress)
  .map(([value, address]) => ({ ...value, ...address }));
export const sll2: fc.Arbitrary<Sll2> = fc
  .tuple(plain({ ...cooked, interfaceIndex: u32 }), cookedAddress)
  .map(([value, address]) => ({ ...value, ...address }));

export const bsdLoopback: fc.Arbitrary<BsdLoopback> = plain({ family: u16 });

/** Addresses that all have the same length. */
const arpAddresses = fc.nat(20).chain((length) => tuples(octets(length, length)));
export const arp: fc.Arbitrary<Arp> = fc
  .tuple(u16, u16, arpAddresses, fc.oneof(tuples(ipv4Address), arpAddresses))
  .map(([hardwareType, operation, hardware, protocol]) => {
    const [sender, target] = protocol;
    const ipv4 = typeof sender === "string";
    return {
      hardwareType,
      // With the IPv4 type, four octets would be read as an IPv4 address.
      protocolType: ipv4 ? 0x0800 : 0x88f7,
      operation,
      senderHardwareAddress: hardware[0].text,
      senderProtocolAddress: typeof sender === "string" ? sender : sender.text,
      targetHardwareAddress: hardware[1].text,
      targetProtocolAddress: typeof target === "string" ? target : target.text,
    };
  });

const nothing = new Uint8Array(0);
const option = fc.uint8Array({ maxLength: 8 });

const ipv4Options = fc.array(
  fc.oneof(
    fc.constant({ type: 1, data: nothing }),
    plain({ type: fc.integer({ min: 2, max: 255 }), data: option }),
  ),
  { maxLength: 4 },
);
export const ipv4: fc.Arbitrary<Ipv4> = plain({
  dscp: bits(6),
  ecn: bits(2),
  totalLength: u16,
  identification: u16,
  reserved: flag,
  dontFragment: flag,
  moreFragments: flag,
  fragmentOffset: bits(13),
  timeToLive: u8,
  protocolNumber: u8,
  headerChecksum: u16,
  source: ipv4Address,
  destination: ipv4Address,
  options: ipv4Options,
});

export const ipv6: fc.Arbitrary<Ipv6> = plain({
  dscp: bits(6),
  ecn: bits(2),
  flowLabel: bits(20),
  payloadLength: u16,
  nextHeader: u8,
  hopLimit: u8,
  source: ipv6Address,
  destination: ipv6Address,
});

/** Options that fill their header, because padding is an option too. */
export const ipv6Options: fc.Arbitrary<Ipv6Options> = fc
  .tuple(
    u8,
    fc.array(plain({ type: fc.integer({ min: 1, max: 255 }), data: option }), { maxLength: 6 }),
    flag,
  )
  .map(([nextHeader, options]) => {
    const size = options.reduce((sum, { data }) => sum + 2 + data.length, 2);
    const padding = Array.from({ length: (8 - (size % 8)) % 8 }, () => ({ type: 0, data: nothing }));
    return { nextHeader, options: [...options, ...padding] };
  });

export const ipv6Fragment: fc.Arbitrary<Ipv6Fragment> = plain({
  nextHeader: u8,
  fragmentOffset: bits(13),
  moreFragments: flag,
  identification: u32,
});

export const ipv6Routing: fc.Arbitrary<Ipv6Routing> = plain({
  nextHeader: u8,
  routingType: u8,
  segmentsLeft: u8,
  data: fc.nat(4).chain((units) => fc.uint8Array({ minLength: 4 + 8 * units, maxLength: 4 + 8 * units })),
});

export const authentication: fc.Arbitrary<Authentication> = plain({
  nextHeader: u8,
  securityParametersIndex: u32,
  sequenceNumber: u32,
  integrityCheckValue: fc
    .nat(8)
    .chain((words) => fc.uint8Array({ minLength: 4 * words, maxLength: 4 * words })),
});

export const esp: fc.Arbitrary<Esp> = plain({ securityParametersIndex: u32, sequenceNumber: u32 });

const icmpCommon = { code: u8, checksum: u16 };
const sequenced = { ...icmpCommon, identifier: u16, sequenceNumber: u16 };
export const icmp: fc.Arbitrary<Icmp> = fc.oneof(
  ...(
    [
      [8, "echo"],
      [0, "echo-reply"],
      [13, "timestamp"],
      [14, "timestamp-reply"],
    ] as const
  ).map(([type, message]) => plain({ message: fc.constant(message), type: fc.constant(type), ...sequenced })),
  plain({
    message: fc.constant("destination-unreachable" as const),
    type: fc.constant(3),
    ...icmpCommon,
    nextHopMtu: u16,
    unused: u16,
  }),
  plain({
    message: fc.constant("redirect" as const),
    type: fc.constant(5),
    ...icmpCommon,
    gatewayAddress: ipv4Address,
  }),
  plain({
    message: fc.constant("parameter-problem" as const),
    type: fc.constant(12),
    ...icmpCommon,
    pointer: u8,
    unused: u24,
  }),
  plain({
    message: fc.constant("time-exceeded" as const),
    type: fc.constant(11),
    ...icmpCommon,
    unused: u32,
  }),
  plain({
    message: fc.constant("other" as const),
    type: fc.constantFrom(1, 9, 10, 17, 42, 255),
    ...icmpCommon,
    restOfHeader: u32,
  }),
);

const words = fc.nat(3).chain((count) => fc.uint8Array({ minLength: 4 * count, maxLength: 4 * count }));
const group = { checksum: u16, maximumResponseCode: u8, groupAddress: ipv4Address };
const ipv4Sources = fc.array(ipv4Address, { maxLength: 4 });
export const igmp: fc.Arbitrary<Igmp> = fc.oneof(
  plain({
    message: fc.constant("group" as const),
    type: fc.constantFrom(0x11, 0x12, 0x16, 0x17, 0x99),
    ...group,
  }),
  plain({
    message: fc.constant("v3-query" as const),
    type: fc.constant(0x11),
    ...group,
    suppressRouterSideProcessing: flag,
    robustness: bits(3),
    queryIntervalCode: u8,
    sources: ipv4Sources,
  }),
  plain({
    message: fc.constant("v3-report" as const),
    type: fc.constant(0x22),
    checksum: u16,
    records: fc.array(
      plain({ recordType: u8, groupAddress: ipv4Address, sources: ipv4Sources, auxiliaryData: words }),
      { maxLength: 3 },
    ),
  }),
);

const tcpOption: fc.Arbitrary<Tcp["options"][number]> = fc.oneof(
  plain({ option: fc.constantFrom("no-operation" as const, "sack-permitted" as const) }),
  plain({ option: fc.constant("maximum-segment-size" as const), maximumSegmentSize: u16 }),
  plain({ option: fc.constant("window-scale" as const), shiftCount: u8 }),
  plain({ option: fc.constant("timestamps" as const), value: u32, echoReply: u32 }),
  plain({ option: fc.constant("other" as const), kind: fc.integer({ min: 9, max: 255 }), data: option }),
  plain({
    option: fc.constant("sack" as const),
    edges: fc.array(tuples(u32), { maxLength: 1 }).map((pairs) => pairs.flat()),
  }),
);
export const tcp: fc.Arbitrary<Tcp> = plain({
  sourcePort: u16,
  destinationPort: u16,
  sequenceNumber: u32,
  acknowledgmentNumber: u32,
  reserved: bits(3),
  flags: plain({
    ae: flag,
    cwr: flag,
    ece: flag,
    urg: flag,
    ack: flag,
    psh: flag,
    rst: flag,
    syn: flag,
    fin: flag,
  }),
  window: u16,
  checksum: u16,
  urgentPointer: u16,
  options: fc.array(tcpOption, { maxLength: 4 }),
});

export const udp: fc.Arbitrary<Udp> = plain({
  sourcePort: u16,
  destinationPort: u16,
  length: u16,
  checksum: u16,
});
