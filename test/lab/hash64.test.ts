import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashOf } from "../../src/lab/nic/hash64.js";

const hash = (address: string): number => hashOf(Number.parseInt(address.replaceAll(":", ""), 16));

/** The hashes of the groups that a host with this address joins by itself. */
const joined = ["01:00:5e:00:00:01", "33:33:00:00:00:01", "33:33:ff:12:34:56"].map(hash);

describe("the 64-bit multicast hash of QEMU's rtl8139 with Linux' driver, for the address 52:54:00:12:34:56", () => {
  it("accepts ff:00:00:00:00:00 as a group that is joined", () => {
    assert.ok(joined.includes(hash("ff:00:00:00:00:00")));
  });

  for (const silent of [
    "ff:ff:ff:ff:ff:fe",
    "ff:ff:00:00:00:00",
    "01:00:00:00:00:00",
    "01:00:5e:00:00:00",
    "01:00:5e:00:00:03",
    "33:33:ff:ab:cd:ef",
    "33:33:00:00:00:fe",
  ])
    it(`doesn't accept ${silent}`, () => {
      assert.ok(!joined.includes(hash(silent)));
    });
});
