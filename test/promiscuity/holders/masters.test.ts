import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdsOfMaster } from "../../../src/promiscuity/holders/masters.js";
import { AttributeSet, attribute, u8, u32 } from "../../../src/wire/kernel/netlink/attribute.js";
import type { Link } from "../../../src/wire/kernel/rtnetlink/link.js";

/** Returns IFLA_INFO_DATA as the kernel sends it, for kinds that not every kernel has. */
function data(...values: [type: number, codec: typeof u8, value: number][]): Uint8Array {
  const parts = values.map(([type, codec, value]) => {
    const set = new AttributeSet({ field: attribute(type, "field", codec) });
    const bytes = new Uint8Array(set.size({ field: value }));
    set.write({ field: value }, bytes, 0);
    return bytes;
  });
  return Buffer.concat(parts);
}

function link(values: Partial<Link>): Link {
  return { family: 0, type: 1, index: 7, flags: 1, change: 0, name: "x", ...values };
}

const port = link({ index: 7 });

function claims(
  kind: string,
  bytes: Uint8Array,
  counts: Partial<Link> = {},
  counter = "promiscuity",
): string[] {
  const master = { link: link({ index: 9, info: { kind, data: bytes }, ...counts }), netns: 1 };
  return holdsOfMaster(master, port, counter as "promiscuity").map(({ certainty }) => certainty);
}

describe("what a master device claims of its port", () => {
  const filtering = (on: number): Uint8Array => data([7, u8, on]);

  it("is promiscuity for a bridge, possibly not if it filters VLANs, and always all-multicast", () => {
    assert.deepEqual(claims("bridge", filtering(0)), ["derived"]);
    assert.deepEqual(claims("bridge", filtering(1)), ["possible"]);
    assert.deepEqual(claims("bridge", filtering(1), {}, "allmulti"), ["derived"]);
  });

  const bond = (mode: number, active: number): Uint8Array => data([1, u8, mode], [2, u32, active]);

  it("is nothing for a bond that isn't promiscuous itself", () => {
    assert.deepEqual(claims("bond", bond(0, 0), { promiscuity: 0 }), []);
    assert.deepEqual(claims("bond", bond(0, 0), { promiscuity: 1 }), ["derived"]);
  });

  for (const [mode, name] of [
    [1, "active-backup"],
    [5, "balance-tlb"],
    [6, "balance-alb"],
  ] as const)
    it(`is promiscuity of the active slave only for a bond in mode ${name}`, () => {
      assert.deepEqual(claims("bond", bond(mode, 7), { promiscuity: 1 }), ["derived"]);
      assert.deepEqual(claims("bond", bond(mode, 8), { promiscuity: 1 }), []);
    });

  it("is its own promiscuity for a team, nothing for a vrf, and possibly something for an unknown kind", () => {
    assert.deepEqual(claims("team", data(), { promiscuity: 2 }), ["derived"]);
    assert.deepEqual(claims("team", data(), { promiscuity: 0 }), []);
    assert.deepEqual(claims("vrf", data(), { promiscuity: 1 }), []);
    assert.deepEqual(claims("openvswitch", data()), ["possible"]);
  });
});
