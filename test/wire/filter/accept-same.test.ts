import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFilter } from "../../../src/linux/filter/compile-filter.js";
import { acceptSame } from "../../../src/wire/filter/accept-same.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";

const same = (first: string, second: string, optimize = true): boolean =>
  acceptSame(compileFilter(first, { linkType: 1 }), compileFilter(second, { linkType: 1, optimize }));

describe("two filters accept the same packets", () => {
  it("however they are written", () => {
    for (const [first, second] of [
      ["arp or icmp", "icmp or arp"],
      ["udp port 67 or udp port 68", "udp and (port 68 or port 67)"],
      ["udp[8:2] = 0x7255", "udp[8:2] = 29269"],
      ["not (arp or icmp)", "not icmp and not arp"],
    ] as const)
      for (const optimize of [true, false])
        assert.ok(same(first, second, optimize), `${first}, ${second}, ${optimize}`);
  });

  it("unless one of them accepts more", () => {
    for (const [first, second] of [
      ["udp port 67", "udp port 67 or udp port 68"],
      ["udp port 67", "udp port 67 or udp[8:2] = 0x7255"],
      ["udp", "udp dst port 53"],
      ["tcp", ""],
    ] as const) {
      assert.equal(same(first, second), false, `${first}, ${second}`);
      assert.equal(same(second, first), false, `${second}, ${first}`);
    }
  });

  it("whatever length they cut packets to, and not if that can't be found out", () => {
    assert.ok(acceptSame([bpf.accept(1)], [bpf.accept(65535)]));
    assert.equal(acceptSame([bpf.accept(0)], [bpf.accept(1)]), false);
    const random = [
      bpf.load(bpf.BPF_W, bpf.SKF_AD_OFF + 56),
      bpf.ifEqual(1, 0, 1),
      bpf.accept(1),
      bpf.accept(0),
    ];
    assert.equal(acceptSame(random, random), false);
  });
});
