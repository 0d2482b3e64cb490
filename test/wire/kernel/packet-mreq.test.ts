import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  PACKET_MR_MULTICAST,
  PACKET_MR_PROMISC,
  PACKET_MREQ_SIZE,
  type PacketMembershipRequest,
  readMembership,
  readPacketMreq,
  writePacketMreq,
} from "../../../src/wire/kernel/packet-mreq.js";
import { hex, otherByteOrder } from "../../support/wire/golden/hex.js";
import { assertMalformed } from "../../support/wire/malformed.js";

const promiscuous = hex(`
  03 00 00 00 # mr_ifindex
  01 00 # mr_type
  00 00 # mr_alen
  00 00 00 00 00 00 00 00 # mr_address
`);

const multicast = hex(`
  03 00 00 00 # mr_ifindex
  00 00 # mr_type
  06 00 # mr_alen
  01 00 5e 00 00 05 00 00 # mr_address
`);

const cases: [what: string, bytes: Uint8Array, value: PacketMembershipRequest][] = [
  ["PACKET_MR_PROMISC", promiscuous, { index: 3, type: PACKET_MR_PROMISC, address: new Uint8Array(0) }],
  [
    "PACKET_MR_MULTICAST",
    multicast,
    { index: 3, type: PACKET_MR_MULTICAST, address: Uint8Array.of(1, 0, 0x5e, 0, 0, 5) },
  ],
];

describe("struct packet_mreq", { skip: otherByteOrder }, () => {
  for (const [what, bytes, value] of cases) {
    it(`is read: ${what}`, () => assert.deepEqual(readPacketMreq(bytes), value));

    it(`is written byte for byte: ${what}`, () => {
      const into = new Uint8Array(PACKET_MREQ_SIZE).fill(0xa5);
      writePacketMreq(value, into);
      assert.deepEqual(into, bytes);
    });
  }

  it("is malformed if it is cut short", () =>
    assertMalformed(() => readPacketMreq(promiscuous.subarray(0, 15)), "packet_mreq", "15 bytes, needs 16"));

  it("names the same membership whatever its address is", () => {
    const bytes = multicast.slice(0, 8);
    bytes[6] = 32;
    assert.deepEqual(readMembership(bytes), { index: 3, type: PACKET_MR_MULTICAST });
  });

  it("is malformed if its address is longer than the field", () => {
    const bytes = multicast.slice();
    bytes[6] = 9;
    assertMalformed(() => readPacketMreq(bytes), "packet_mreq mr_address", "8 bytes, needs 9");
  });
});
