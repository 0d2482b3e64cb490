import assert from "node:assert/strict";
import { it } from "node:test";
import { hardwareTypeName } from "../../../../src/wire/kernel/rtnetlink/arphrd.js";

it("ARPHRD numbers are printed with the name that ip prints, or as a number in brackets", () => {
  assert.equal(hardwareTypeName(1), "ether");
  assert.equal(hardwareTypeName(772), "loopback");
  assert.equal(hardwareTypeName(803), "ieee802.11/radiotap");
  assert.equal(hardwareTypeName(65534), "none");
  assert.equal(hardwareTypeName(9999), "[9999]");
});
