import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AF_PACKET } from "../../../../src/wire/kernel/address-family.js";
import { PACKET_MR_MULTICAST, PACKET_MR_PROMISC } from "../../../../src/wire/kernel/packet-mreq.js";
import {
  type PacketSocket,
  packetSocketSize,
  readPacketSocket,
  writePacketSocket,
} from "../../../../src/wire/kernel/sock-diag/packet.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { packetSocket } from "../../../support/wire/golden/packet-sockets.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

const expected: PacketSocket = {
  type: 3,
  protocol: 3,
  inode: 0x1d867,
  info: { index: 0, version: 0, reserve: 0, copyThreshold: 0, timestamp: 0, flags: 1 },
  uid: 0,
  memberships: [
    { index: 3, count: 1, type: PACKET_MR_MULTICAST, address: Uint8Array.of(1, 0, 0x5e, 0, 0, 5) },
    { index: 3, count: 2, type: PACKET_MR_PROMISC, address: new Uint8Array(0) },
  ],
};

/** A `struct packet_diag_msg` of a socket without attributes. */
const header = "11 03 00 03 01 00 00 00 00 00 00 00 00 00 00 00";

/** One entry of MCLIST without its attribute's header. */
const membership = `03 00 00 00 01 00 00 00 01 00 00 00 ${"00 ".repeat(32)}`;

describe("struct packet_diag_msg", { skip: otherByteOrder }, () => {
  const { payload } = onlyMessage(packetSocket);

  it("is read", () => assert.deepEqual(readPacketSocket(payload), expected));

  it("is written with the family AF_PACKET, which isn't read", () => {
    assert.equal(payload[0], AF_PACKET);
    assert.equal(written(expected, packetSocketSize, writePacketSocket)[0], AF_PACKET);
  });

  it("is the same after it was written and read again", () => {
    const bytes = written(expected, packetSocketSize, writePacketSocket);
    assert.equal(bytes.length, payload.length);
    assert.deepEqual(readPacketSocket(bytes), expected);
  });

  it("may have no membership, or none shown", () => {
    assert.deepEqual(readPacketSocket(hex(`${header} 04 00 01 00`)).memberships, []);
    assert.equal(readPacketSocket(hex(header)).memberships, undefined);
  });

  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["a header cut short", header.slice(0, 15 * 3 - 1), "packet_diag_msg", "15 bytes, needs 16"],
    [
      "a short PACKET_DIAG_INFO",
      `${header} 18 00 00 00 ${"00 ".repeat(20)}`,
      "packet_diag_msg PACKET_DIAG_INFO",
      "20 bytes, needs 24",
    ],
    [
      "a membership cut short",
      `${header} 2c 00 01 00 ${membership.slice(0, 40 * 3)}`,
      "packet_diag_msg PACKET_DIAG_MCLIST",
      "40 bytes, needs 44",
    ],
    [
      "a second membership cut short",
      `${header} 34 00 01 00 ${membership} 03 00 00 00`,
      "packet_diag_msg PACKET_DIAG_MCLIST",
      "4 bytes, needs 44",
    ],
    [
      "an address longer than its room",
      `${header} 30 00 01 00 ${membership.replace("01 00 00 00 00", "01 00 21 00 00")}`,
      "packet_diag_msg PACKET_DIAG_MCLIST pdmc_alen",
      "32 bytes, needs 33",
    ],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`is malformed with ${what}`, () => assertMalformed(() => readPacketSocket(hex(bytes)), path, reason));
});
