import fc from "fast-check";
import type { Dhcp } from "../../../src/wire/packet/application/dhcp.js";
import type { DhcpOption } from "../../../src/wire/packet/application/dhcp-option.js";
import type { Dhcp6 } from "../../../src/wire/packet/application/dhcp6.js";
import type { Dhcp6Option } from "../../../src/wire/packet/application/dhcp6-option.js";
import type { Dns, DnsRecord } from "../../../src/wire/packet/application/dns.js";
import type { DnsData } from "../../../src/wire/packet/application/dns-rdata.js";
import type { Icmp6 } from "../../../src/wire/packet/network/icmp6/icmp6.js";
import type { NdOption } from "../../../src/wire/packet/network/icmp6/nd-option.js";
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
  u8,
  u16,
  u24,
  u32,
} from "./wire-scalars.js";

const is = <const Value>(value: Value) => fc.constant(value);

/** A length that gives a multiple of 8 together with the type and length fields. */
const ndData = fc
  .nat(3)
  .chain((units) => fc.uint8Array({ minLength: 8 * units + 6, maxLength: 8 * units + 6 }));
const ndOption: fc.Arbitrary<NdOption> = fc.oneof(
  plain({ option: is("source-link-layer-address"), type: is(1), address: mac }),
  plain({ option: is("target-link-layer-address"), type: is(2), address: mac }),
  plain({
    option: is("prefix-information"),
    type: is(3),
    prefixLength: u8,
    onLink: flag,
    autonomous: flag,
    reserved: bits(6),
    validLifetime: u32,
    preferredLifetime: u32,
    prefix: ipv6Address,
  }),
  plain({ option: is("mtu"), type: is(5), mtu: u32 }),
  plain({
    option: is("recursive-dns-servers"),
    type: is(25),
    lifetime: u32,
    addresses: fc.array(ipv6Address, { maxLength: 3 }),
  }),
  plain({ option: is("other"), type: fc.integer({ min: 26, max: 255 }), data: ndData }),
);
const ndOptions = fc.array(ndOption, { maxLength: 3 });
const icmp6Common = { code: u8, checksum: u16 };
const mld = { maximumResponseCode: u16, multicastAddress: ipv6Address };
const sources = fc.array(ipv6Address, { maxLength: 3 });
const words = fc.nat(3).chain((count) => fc.uint8Array({ minLength: 4 * count, maxLength: 4 * count }));

export const icmp6: fc.Arbitrary<Icmp6> = fc.oneof(
  plain({ message: is("destination-unreachable"), unused: u32, type: is(1), ...icmp6Common }),
  plain({ message: is("packet-too-big"), mtu: u32, type: is(2), ...icmp6Common }),
  plain({ message: is("time-exceeded"), unused: u32, type: is(3), ...icmp6Common }),
  plain({ message: is("parameter-problem"), pointer: u32, type: is(4), ...icmp6Common }),
  plain({ message: is("echo-request"), identifier: u16, sequenceNumber: u16, type: is(128), ...icmp6Common }),
  plain({ message: is("echo-reply"), identifier: u16, sequenceNumber: u16, type: is(129), ...icmp6Common }),
  plain({ message: is("mld-query"), ...mld, type: is(130), ...icmp6Common }),
  plain({ message: is("mld-report"), ...mld, type: is(131), ...icmp6Common }),
  plain({ message: is("mld-done"), ...mld, type: is(132), ...icmp6Common }),
  plain({
    message: is("mldv2-query"),
    ...mld,
    suppressRouterSideProcessing: flag,
    robustness: bits(3),
    queryIntervalCode: u8,
    sources,
    type: is(130),
    ...icmp6Common,
  }),
  plain({
    message: is("mldv2-report"),
    records: fc.array(
      plain({ recordType: u8, multicastAddress: ipv6Address, sources, auxiliaryData: words }),
      {
        maxLength: 3,
      },
    ),
    type: is(143),
    ...icmp6Common,
  }),
  plain({ message: is("router-solicitation"), options: ndOptions, type: is(133), ...icmp6Common }),
  plain({
    message: is("router-advertisement"),
    currentHopLimit: u8,
    managed: flag,
    otherConfiguration: flag,
    otherFlags: bits(6),
    routerLifetime: u16,
    reachableTime: u32,
    retransTimer: u32,
    options: ndOptions,
    type: is(134),
    ...icmp6Common,
  }),
  plain({
    message: is("neighbour-solicitation"),
    targetAddress: ipv6Address,
    options: ndOptions,
    type: is(135),
    ...icmp6Common,
  }),
  plain({
    message: is("neighbour-advertisement"),
    router: flag,
    solicited: flag,
    override: flag,
    targetAddress: ipv6Address,
    options: ndOptions,
    type: is(136),
    ...icmp6Common,
  }),
  plain({
    message: is("redirect"),
    targetAddress: ipv6Address,
    destinationAddress: ipv6Address,
    options: ndOptions,
    type: is(137),
    ...icmp6Common,
  }),
  plain({ message: is("other"), data: bytes, type: fc.constantFrom(0, 100, 138, 200, 255), ...icmp6Common }),
);

/** Labels of any characters, with escapes where the codec writes them. */
const label = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{1,20}$/),
  fc.constantFrom("My Printer", "a\\.b", "\\\\", "\\009", "\\127x", "Büro", "\udc80\udcff", "_tcp"),
);
const name = fc.oneof(
  is("."),
  fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join(".")),
);

const typed: fc.Arbitrary<[type: number, data: DnsData]> = fc.oneof(
  fc.tuple(is(1), plain({ format: is("address"), address: ipv4Address })),
  fc.tuple(is(28), plain({ format: is("address"), address: ipv6Address })),
  fc.tuple(fc.constantFrom(2, 5, 12, 39), plain({ format: is("name"), name })),
  fc.tuple(is(15), plain({ format: is("mx"), preference: u16, exchange: name })),
  fc.tuple(is(16), plain({ format: is("strings"), strings: fc.array(text, { maxLength: 3 }) })),
  fc.tuple(is(33), plain({ format: is("srv"), priority: u16, weight: u16, port: u16, target: name })),
  fc.tuple(
    is(6),
    plain({
      format: is("soa"),
      primaryName: name,
      responsibleMailbox: name,
      serial: u32,
      refresh: u32,
      retry: u32,
      expire: u32,
      minimum: u32,
    }),
  ),
  fc.tuple(fc.integer({ min: 40, max: 0xffff }), plain({ format: is("other"), data: bytes })),
);
const record: fc.Arbitrary<DnsRecord> = fc
  .tuple(name, typed, u16, u32)
  .map(([name, [type, data], recordClass, ttl]) => ({ name, type, class: recordClass, ttl, data }));
const records = fc.array(record, { maxLength: 3 });

export const dns: fc.Arbitrary<Dns> = plain({
  id: u16,
  response: flag,
  opcode: bits(4),
  authoritativeAnswer: flag,
  truncation: flag,
  recursionDesired: flag,
  recursionAvailable: flag,
  reserved: flag,
  authenticData: flag,
  checkingDisabled: flag,
  responseCode: bits(4),
  questions: fc.array(plain({ name, type: u16, class: u16 }), { maxLength: 3 }),
  answers: records,
  authorities: records,
  additionals: records,
});

const dhcpOption: fc.Arbitrary<DhcpOption> = fc.oneof(
  plain({ code: fc.constantFrom(1, 28, 50, 54), format: is("address"), address: ipv4Address }),
  plain({
    code: fc.constantFrom(3, 6, 42),
    format: is("addresses"),
    addresses: fc.array(ipv4Address, { maxLength: 3 }),
  }),
  plain({ code: fc.constantFrom(23, 53), format: is("integer8"), value: u8 }),
  plain({ code: fc.constantFrom(26, 57), format: is("integer16"), value: u16 }),
  plain({ code: fc.constantFrom(51, 58, 59), format: is("integer32"), value: u32 }),
  plain({ code: fc.constantFrom(12, 15, 60), format: is("text"), text }),
  plain({ code: is(55), format: is("codes"), codes: fc.array(u8, { maxLength: 5 }) }),
  plain({ code: fc.integer({ min: 68, max: 254 }), format: is("data"), data: bytes }),
);
export const dhcp: fc.Arbitrary<Dhcp> = plain({
  op: u8,
  htype: u8,
  hops: u8,
  xid: u32,
  secs: u16,
  flags: u16,
  ciaddr: ipv4Address,
  yiaddr: ipv4Address,
  siaddr: ipv4Address,
  giaddr: ipv4Address,
  chaddr: octets(0, 16).map(({ text }) => text),
  sname: text,
  file: text,
  options: fc.array(dhcpOption, { maxLength: 5 }),
});

const dhcp6Leaf: fc.Arbitrary<Dhcp6Option> = fc.oneof(
  plain({ option: is("option-request"), codes: fc.array(u16, { maxLength: 4 }) }),
  plain({ option: is("preference"), preference: u8 }),
  plain({ option: is("elapsed-time"), elapsed: u16 }),
  plain({ option: is("status"), status: u16, message: text }),
  plain({ option: is("dns-servers"), addresses: sources }),
  plain({ option: is("domain-list"), names: fc.array(name, { maxLength: 3 }) }),
  plain({ option: is("other"), code: fc.constantFrom(1, 2, 9, 14, 39, 999), data: bytes }),
);
const leaves = fc.array(dhcp6Leaf, { maxLength: 2 });
const dhcp6Inner: fc.Arbitrary<Dhcp6Option> = fc.oneof(
  dhcp6Leaf,
  plain({
    option: is("ia-address"),
    address: ipv6Address,
    preferredLifetime: u32,
    validLifetime: u32,
    options: leaves,
  }),
  plain({
    option: is("ia-prefix"),
    preferredLifetime: u32,
    validLifetime: u32,
    prefixLength: u8,
    prefix: ipv6Address,
    options: leaves,
  }),
);
const dhcp6Options = fc.array(
  fc.oneof(
    dhcp6Inner,
    plain({
      option: fc.constantFrom("ia-na", "ia-pd"),
      iaid: u32,
      t1: u32,
      t2: u32,
      options: fc.array(dhcp6Inner, { maxLength: 2 }),
    }) as fc.Arbitrary<Dhcp6Option>,
  ),
  { maxLength: 4 },
);
export const dhcp6: fc.Arbitrary<Dhcp6> = fc.oneof(
  plain({ messageType: fc.constantFrom(1, 2, 3, 7, 11, 255), transactionId: u24, options: dhcp6Options }),
  plain({
    messageType: fc.constantFrom(12, 13),
    hopCount: u8,
    linkAddress: ipv6Address,
    peerAddress: ipv6Address,
    options: dhcp6Options,
  }),
);
