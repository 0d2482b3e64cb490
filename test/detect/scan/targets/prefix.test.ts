import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { covers, linkLocal, type Prefix } from "../../../../src/detect/scan/targets/prefix.js";
import { parseTarget } from "../../../../src/detect/scan/targets/range.js";

const prefix = (text: string): Prefix => {
  const [address = "", length] = text.split("/");
  const { family, first } = parseTarget(address);
  return { family, address: first, prefixLength: Number(length) };
};

describe("a network prefix", () => {
  const rows: readonly [prefix: string, target: string, is: boolean][] = [
    ["192.0.2.7/24", "192.0.2.0-255", true],
    ["192.0.2.7/24", "192.0.2.255-192.0.3.0", false],
    ["192.0.2.7/24", "192.0.1.255-192.0.2.0", false],
    // The network is in the range, but the range isn't in the network.
    ["192.0.2.7/24", "192.0.1.0-192.0.3.0", false],
    ["192.0.2.7/32", "192.0.2.7", true],
    ["192.0.2.7/32", "192.0.2.6", false],
    ["0.0.0.0/0", "0.0.0.0/0", true],
    ["0.0.0.0/0", "::7", false],
    ["2001:db8::/64", "2001:db8::/64", true],
    ["2001:db8::/64", "2001:db8::-2001:db8:0:1::", false],
    ["::/0", "192.0.2.7", false],
  ];
  for (const [text, target, is] of rows)
    it(`${text} ${is ? "covers" : "doesn't cover"} ${target}`, () =>
      assert.equal(covers(prefix(text), parseTarget(target)), is));

  it("fe80::/10 is exactly the prefix of link-local addresses", () => {
    assert.equal(covers(linkLocal, parseTarget("fe80::/10")), true);
    assert.equal(covers(linkLocal, parseTarget("fe80::-fec0::")), false);
  });
});
