import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readXdpSocket, writeXdpSocket, xdpSocketSize } from "../../../../src/wire/kernel/sock-diag/xdp.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { xdpSocket } from "../../../support/wire/golden/xdp-sockets.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

/** A `struct xdp_diag_msg` of a socket without attributes. */
const header = "2c 03 00 00 01 00 00 00 00 00 00 00 00 00 00 00";
const HEADER_SIZE = 16;

describe("struct xdp_diag_msg", { skip: otherByteOrder }, () => {
  it("is read, with the attributes that promisc doesn't know", () => {
    const { other, ...known } = readXdpSocket(xdpSocket);
    assert.deepEqual(known, { inode: 10155, info: { index: 3, queue: 0 }, uid: 0, receiveRing: 16 });
    assert.deepEqual(
      other?.map(({ type, value }) => [type, value.length]),
      [
        [5, 40],
        [6, 4],
        [7, 4],
        [8, 36],
        [9, 48],
      ],
    );
  });

  it("is written with the family AF_XDP and the same attributes", () => {
    const bytes = written(readXdpSocket(xdpSocket), xdpSocketSize, writeXdpSocket);
    assert.equal(bytes[0], xdpSocket[0]);
    assert.deepEqual(bytes.subarray(HEADER_SIZE), xdpSocket.subarray(HEADER_SIZE));
    assert.deepEqual(readXdpSocket(bytes), readXdpSocket(xdpSocket));
  });

  it("of a socket that isn't bound has no attributes that matter", () =>
    assert.deepEqual(readXdpSocket(hex(header)), { inode: 1 }));

  const broken: [what: string, bytes: string, path: string, reason: string][] = [
    ["a header cut short", header.slice(0, 15 * 3 - 1), "xdp_diag_msg", "15 bytes, needs 16"],
    [
      "a short XDP_DIAG_INFO",
      `${header} 08 00 01 00 03 00 00 00`,
      "xdp_diag_msg XDP_DIAG_INFO",
      "4 bytes, needs 8",
    ],
    ["a short XDP_DIAG_UID", `${header} 06 00 02 00 00 00`, "xdp_diag_msg XDP_DIAG_UID", "2 bytes, needs 4"],
  ];
  for (const [what, bytes, path, reason] of broken)
    it(`is malformed with ${what}`, () => assertMalformed(() => readXdpSocket(hex(bytes)), path, reason));
});
