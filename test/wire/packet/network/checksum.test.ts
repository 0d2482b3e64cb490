import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dissect } from "../../../../src/wire/packet/dissect/dissect.js";
import {
  fillIcmpChecksum,
  fillIpv4Checksum,
  fillTransportChecksum,
} from "../../../../src/wire/packet/network/fill-checksum.js";
import { internetChecksum } from "../../../../src/wire/packet/network/internet-checksum.js";
import {
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../../../src/wire/packet/network/protocol-number.js";
import { hex } from "../../../support/wire/golden/hex.js";
import { goldenPacket } from "../../../support/wire/golden/packets/all.js";

describe("the Internet checksum", () => {
  it("agrees with RFC 1071's example", () =>
    // The sum in the RFC is ddf2.
    assert.equal(internetChecksum(hex("00 01 f2 03 f4 f5 f6 f7"), 0, 8), 0xffff - 0xddf2));

  it("uses an odd last byte as the high half of a word", () =>
    assert.equal(internetChecksum(hex("01"), 0, 1), 0xffff - 0x0100));

  it("is the one's complement of the sum with carry, at any length", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        let sum = 0;
        for (let at = 0; at < bytes.length; at += 2) {
          sum += ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
          if (sum > 0xffff) sum -= 0xffff;
        }
        assert.equal(internetChecksum(bytes, 0, bytes.length), 0xffff - sum);
      }),
    ));
});

describe("filling in a checksum", () => {
  const cases: [packet: string, fill: (bytes: Uint8Array) => void, at: number][] = [
    ["tcp syn", (bytes) => fillIpv4Checksum(bytes, 14), 24],
    ["igmp report with router alert", (bytes) => fillIpv4Checksum(bytes, 14), 24],
    ["tcp syn", (bytes) => fillTransportChecksum(bytes, 14, 34, bytes.length, IPPROTO_TCP), 50],
    ["tcp sack over ipv6", (bytes) => fillTransportChecksum(bytes, 14, 54, bytes.length, IPPROTO_TCP), 70],
    ["dns query", (bytes) => fillTransportChecksum(bytes, 14, 34, bytes.length, IPPROTO_UDP), 40],
    [
      "neighbour solicitation",
      (bytes) => fillTransportChecksum(bytes, 14, 54, bytes.length, IPPROTO_ICMPV6),
      56,
    ],
    ["igmpv3 report", (bytes) => fillIcmpChecksum(bytes, 34, bytes.length), 36],
    ["port unreachable", (bytes) => fillIcmpChecksum(bytes, 34, bytes.length), 36],
  ];
  for (const [packet, fill, at] of cases)
    it(`restores that of ${packet} at ${at}`, () => {
      const { bytes } = goldenPacket(packet);
      const copy = bytes.slice();
      copy[at] = 0xa5;
      copy[at + 1] = 0xa5;
      fill(copy);
      assert.deepEqual(copy, bytes);
    });

  it("writes all ones instead of zero for UDP", () => {
    const { bytes, linkType } = goldenPacket("cooked");
    const copy = bytes.slice();
    const udp = 16 + 20;
    const sum = ((copy[udp + 6] as number) << 8) | (copy[udp + 7] as number);
    // Adding the checksum to a port makes the new checksum zero.
    const port = (((copy[udp] as number) << 8) | (copy[udp + 1] as number)) + sum;
    const wrapped = port > 0xffff ? port - 0xffff : port;
    copy[udp] = wrapped >>> 8;
    copy[udp + 1] = wrapped & 0xff;
    fillTransportChecksum(copy, 16, udp, copy.length, IPPROTO_UDP);
    assert.deepEqual([copy[udp + 6], copy[udp + 7]], [0xff, 0xff]);
    const layer = dissect(copy, linkType).find(({ protocol }) => protocol === "udp");
    assert.equal((layer as { checksumStatus?: string }).checksumStatus, "correct");
  });

  it("uses the address at the end of a source route", () => {
    // tcpdump reports the checksum of this packet as correct.
    const packet = hex(`
      02 00 00 00 00 02 02 00 00 00 00 01 08 00 # Ethernet
      47 00 00 25 00 01 00 00 40 11 d7 b9 0a 00 00 01 0a 00 00 02 # IPv4 from 10.0.0.1 to 10.0.0.2
      83 07 04 01 02 03 04 00 # Loose Source and Record Route by 1.2.3.4
      00 01 00 02 00 09 79 d2 # UDP
      78
    `);
    const copy = packet.slice();
    fillTransportChecksum(copy, 14, 42, copy.length, IPPROTO_UDP);
    assert.deepEqual(copy, packet);
    const layer = dissect(packet, 1).find(({ protocol }) => protocol === "udp");
    assert.equal((layer as { checksumStatus?: string }).checksumStatus, "correct");
  });
});
