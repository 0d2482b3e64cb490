import assert from "node:assert/strict";
import { it } from "node:test";
import { linkTypeName } from "../../../../src/wire/kernel/rtnetlink/arphrd.js";

it("a link type has the name that ip prints, or its number in brackets", () => {
  assert.equal(linkTypeName(1), "ether");
  assert.equal(linkTypeName(772), "loopback");
  assert.equal(linkTypeName(803), "ieee802.11/radiotap");
  assert.equal(linkTypeName(65534), "none");
  assert.equal(linkTypeName(9999), "[9999]");
});
