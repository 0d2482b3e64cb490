import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  netnsIdSize,
  RTM_NEWNSID,
  readNetnsId,
  writeNetnsId,
} from "../../../../src/wire/kernel/rtnetlink/netns-id.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { netnsId } from "../../../support/wire/golden/netns-ids.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

describe("struct rtgenmsg with NETNSA_*", { skip: otherByteOrder }, () => {
  const { type, payload } = onlyMessage(netnsId);

  it("is read", () => {
    assert.equal(type, RTM_NEWNSID);
    assert.deepEqual(readNetnsId(payload), { id: 0 });
  });

  it("is written byte for byte", () =>
    assert.deepEqual(written({ id: 0 }, netnsIdSize, writeNetnsId), payload));

  it("has the id -1 for a namespace without one", () =>
    assert.deepEqual(readNetnsId(hex("00 00 00 00 08 00 01 00 ff ff ff ff")), { id: -1 }));

  it("requests an id by a file descriptor", () =>
    assert.deepEqual(
      written({ fd: 21 }, netnsIdSize, writeNetnsId),
      hex(`
        00 # rtgen_family
        00 00 00 # padding
        08 00 03 00 15 00 00 00 # NETNSA_FD
      `),
    ));

  it("is malformed if it is cut short", () => {
    assertMalformed(() => readNetnsId(payload.subarray(0, 3)), "rtgenmsg", "3 bytes, needs 4");
    assertMalformed(() => readNetnsId(payload.subarray(0, 11)), "rtgenmsg NETNSA_NSID", "7 bytes, needs 8");
  });
});
