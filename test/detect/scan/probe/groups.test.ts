import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomGroups } from "../../../../src/detect/scan/probe/groups.js";
import { hashOf } from "../../../../src/lab/nic/hash64.js";

const number = (mac: string): number => Number.parseInt(mac.replaceAll(":", ""), 16);

describe("unforeseeable group addresses", () => {
  it("are groups, and none falls together with another in the filter of rtl8139", () => {
    for (let round = 0; round < 200; round++) {
      const groups = randomGroups(6);
      for (const group of groups) assert.equal(number(group.slice(0, 2)) & 1, 1);
      assert.equal(new Set(groups.map((group) => hashOf(number(group)))).size, 6);
    }
  });

  it("are of IPv4, of IPv6 and of no protocol, and keep away from what hosts join", () => {
    const groups = Array.from({ length: 100 }, () => randomGroups(6)).flat();
    // Those of no protocol may begin like the others, though they hardly ever do.
    for (const prefix of ["01:00:5e:", "33:33:"]) {
      const count = groups.filter((group) => group.startsWith(prefix)).length;
      assert.ok(count >= 200 && count < 220, `${prefix} ${count}`);
    }
    for (const group of groups)
      assert.doesNotMatch(group, /^(01:00:5e:00:00:|33:33:00:00:|33:33:ff:|ff:ff:ff:ff:ff:ff)/);
    assert.equal(new Set(groups).size, groups.length);
  });
});
