import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dissect } from "../../../../src/wire/packet/dissect/dissect.js";
import type { Layer } from "../../../../src/wire/packet/dissect/layer.js";
import { layersToJson } from "../../../../src/wire/packet/dissect/to-json.js";
import { hex } from "../../../support/wire/golden/hex.js";
import { goldenPacket } from "../../../support/wire/golden/packets/all.js";

const names = (layers: readonly Layer[]) => layers.map(({ protocol }) => protocol).join(" ");

/** Dissects a golden packet with some bytes changed. */
function changed(name: string, changes: Readonly<Record<number, number>>): Layer[] {
  const { bytes, linkType } = goldenPacket(name);
  const copy = bytes.slice();
  for (const [at, byte] of Object.entries(changes)) copy[Number(at)] = byte;
  return dissect(copy, linkType);
}

const find = (layers: readonly Layer[], protocol: Layer["protocol"]) =>
  layers.find((layer) => layer.protocol === protocol) as (Layer & { checksumStatus?: string }) | undefined;

describe("the checksum status of a packet", () => {
  const places: [packet: string, protocol: Layer["protocol"], at: number][] = [
    ["tcp syn", "ipv4", 14 + 8],
    ["tcp syn", "tcp", 14 + 20 + 15],
    // This byte is in an address, which is part of the pseudo-header.
    ["tcp syn", "tcp", 14 + 19],
    ["dns query", "udp", 14 + 20 + 8],
    ["echo in two VLAN tags", "icmp", 22 + 20 + 8],
    ["igmpv3 report", "igmp", 14 + 20 + 8],
    ["neighbour solicitation", "icmp6", 14 + 40 + 10],
    ["neighbour solicitation", "icmp6", 14 + 39],
    ["tcp sack over ipv6", "tcp", 14 + 40 + 15],
  ];
  for (const [packet, protocol, at] of places)
    it(`is incorrect for ${protocol} if byte ${at} of ${packet} is changed`, () => {
      assert.equal(find(changed(packet, {}), protocol)?.checksumStatus, "correct");
      assert.equal(find(changed(packet, { [at]: 0x5a }), protocol)?.checksumStatus, "incorrect");
    });

  it("is unverified if the sender computed no checksum", () =>
    assert.equal(find(changed("dns query", { 40: 0, 41: 0 }), "udp")?.checksumStatus, "unverified"));

  for (const [packet, protocol] of [
    ["tcp data with a wrong checksum", "tcp"],
    ["echo in two VLAN tags", "icmp"],
    ["echo over ipv6", "icmp6"],
  ] as const)
    it(`is unverified for ${protocol} if bytes are missing`, () => {
      const { bytes } = goldenPacket(packet);
      const layers = dissect(bytes.subarray(0, -1), 1, { length: bytes.length });
      assert.equal(find(layers, protocol)?.checksumStatus, "unverified");
      assert.deepEqual(layers.at(-1), { protocol: "truncated", of: "data", missing: 1 });
    });

  it("is unverified in fragments", () => {
    assert.equal(find(changed("first fragment", {}), "udp")?.checksumStatus, "unverified");
    assert.equal(find(changed("fragment of ipv6", {}), "udp")?.checksumStatus, "unverified");
  });

  it("is unverified if a routing header has the final destination", () =>
    assert.equal(find(changed("routing header", { [14 + 40 + 3]: 1 }), "udp")?.checksumStatus, "unverified"));
});

describe("dissecting malformed packets", () => {
  const cases: [
    what: string,
    packet: string,
    changes: Record<number, number>,
    layers: string,
    reason: RegExp,
  ][] = [
    [
      "an IPv4 header of 16 bytes",
      "tcp syn",
      { 14: 0x44 },
      "ethernet malformed data",
      /IPv4: header length 16/,
    ],
    ["IPv4 of version 5", "tcp syn", { 14: 0x55 }, "ethernet malformed data", /IPv4: version 5/],
    ["IPv6 of version 4", "echo over ipv6", { 14: 0x40 }, "ethernet malformed data", /IPv6: version 4/],
    ["a total length of 19", "tcp syn", { 16: 0, 17: 19 }, "ethernet ipv4 malformed data", /total length 19/],
    [
      "a TCP header of 16 bytes",
      "tcp syn",
      { 46: 0x40 },
      "ethernet ipv4 malformed data",
      /TCP: header length 16/,
    ],
    ["a UDP length of 7", "dns query", { 38: 0, 39: 7 }, "ethernet ipv4 udp malformed data", /UDP: length 7/],
    [
      "a name that points to itself",
      "dns query",
      { [42 + 12]: 0xc0, [42 + 13]: 12 },
      "ethernet ipv4 udp malformed data",
      /a pointer that doesn't point back/,
    ],
    [
      "DHCP without its cookie",
      "dhcp offer",
      { [42 + 236]: 0 },
      "ethernet ipv4 udp malformed data",
      /DHCP: magic cookie 0x825363/,
    ],
  ];
  for (const [what, packet, changes, layers, reason] of cases)
    it(`reports ${what}, and gives the bytes as data`, () => {
      const found = changed(packet, changes);
      assert.equal(names(found), layers);
      const layer = found.find(({ protocol }) => protocol === "malformed");
      assert.match((layer as { reason: string }).reason, reason);
    });

  it("keeps the rest of a header if an option is malformed", () => {
    // The changed byte is the length of the option after MSS.
    const [tcp] = changed("tcp syn", { 59: 0 }).filter(({ protocol }) => protocol === "tcp");
    assert.deepEqual((tcp as Extract<Layer, { protocol: "tcp" }>).options, [
      { option: "maximum-segment-size", maximumSegmentSize: 1460 },
      {
        option: "other",
        kind: 4,
        data: hex("00 08 0a 00 00 03 e8 00 00 00 00 01 03 03 07"),
        malformed: true,
      },
    ]);
  });
});

describe("dissecting the end of a packet", () => {
  it("gives a trailer after the length in a header", () => {
    const { bytes } = goldenPacket("tcp syn");
    const padded = new Uint8Array([...bytes, 1, 2, 3]);
    assert.deepEqual(dissect(padded, 1).at(-1), { protocol: "trailer", bytes: Uint8Array.of(1, 2, 3) });
    assert.equal(find(dissect(padded, 1), "tcp")?.checksumStatus, "correct");
  });

  it("reports how many bytes are missing before the length in a header", () =>
    assert.deepEqual(changed("tcp syn", { 16: 1 }).at(-1), {
      protocol: "truncated",
      of: "tcp",
      missing: 256,
    }));

  it("reports missing bytes of an ICMP error's original packet within it", () => {
    const icmp = changed("fragmentation needed", {}).at(-1) as Extract<Layer, { protocol: "icmp" }>;
    assert.equal(names(icmp.original ?? []), "ipv4 truncated data");
    assert.deepEqual(icmp.original?.[1], {
      protocol: "truncated",
      of: "tcp",
      missing: 1472,
      sourcePort: 1,
      destinationPort: 2,
    });
  });
});

describe("dissecting a packet", () => {
  it("gives no layers for no bytes", () => assert.deepEqual(dissect(new Uint8Array(0), 1), []));

  it("reports a packet of which nothing was captured as truncated", () =>
    assert.deepEqual(dissect(new Uint8Array(0), 1, { length: 60 }), [
      { protocol: "truncated", of: "ethernet", missing: 60 },
    ]));

  it("names IEEE 802.11", () => {
    for (const linkType of [105, 127])
      assert.equal(names(dissect(hex("80 00"), linkType)), "ieee802.11 data");
  });

  it("gives data for an unknown link type", () =>
    assert.deepEqual(dissect(hex("01 02"), 9999), [{ protocol: "data", bytes: hex("01 02") }]));

  it("ends if a packet contains itself repeatedly", () => {
    // The packet is IPv4 in IPv4 with identical headers, whose lengths fit only the first.
    const header = hex("45 00 00 00 00 00 00 00 40 04 00 00 c0 00 02 01 c0 00 02 02");
    const nested = new Uint8Array(60_000);
    for (let at = 0; at < nested.length; at += header.length) nested.set(header, at);
    const layers = dissect(nested, 228);
    assert.equal(layers.length, 66);
    assert.deepEqual(layers.at(-2), {
      protocol: "malformed",
      of: "ipv4",
      reason: "cannot decode ipv4: too many layers",
    });
  });

  it("can be converted to JSON with bytes as hexadecimal digits", () =>
    assert.deepEqual(layersToJson([{ protocol: "data", bytes: hex("00 ff") }]), [
      { protocol: "data", bytes: "00ff" },
    ]));
});
