import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AF_BRIDGE } from "../../../../src/wire/kernel/address-family.js";
import {
  type Neighbour,
  NTF_SELF,
  NUD_PERMANENT,
  neighbourSize,
  readNeighbour,
  writeNeighbour,
} from "../../../../src/wire/kernel/rtnetlink/neighbour.js";
import { otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { forwardingEntry } from "../../../support/wire/golden/neighbours.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const expected: Neighbour = {
  family: AF_BRIDGE,
  index: 3,
  state: NUD_PERMANENT,
  flags: NTF_SELF,
  type: 0,
  linkAddress: Uint8Array.of(2, 0, 0, 0, 0, 8),
};

describe("struct ndmsg", { skip: otherByteOrder }, () => {
  const { payload } = onlyMessage(forwardingEntry);

  it("is read from an entry of a device's own address list", () => {
    assert.deepEqual(readNeighbour(payload), expected);
  });

  it("is written byte for byte", () => {
    const bytes = new Uint8Array(neighbourSize(expected)).fill(0xa5);
    assert.equal(writeNeighbour(expected, bytes, 0), bytes.length);
    // The kernel pads the last attribute too.
    assert.deepEqual(bytes, Uint8Array.from(payload));
  });

  it("is malformed if it is cut off", () => {
    assertMalformed(() => readNeighbour(payload.subarray(0, 11)), "ndmsg", "11 bytes, needs 12");
    assertMalformed(() => readNeighbour(payload.subarray(0, 20)), "ndmsg NDA_LLADDR", "8 bytes, needs 10");
  });
});
