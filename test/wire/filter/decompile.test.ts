import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFilter } from "../../../src/linux/filter/compile-filter.js";
import { decompileFilter } from "../../../src/wire/filter/decompile.js";
import { describePayloadConstant } from "../../../src/wire/filter/payload.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";

const LINKTYPE_ETHERNET = 1;

/** Expressions as people write them, which come back as they were. */
const same = [
  "arp",
  "ip",
  "ip6",
  "tcp",
  "udp",
  "icmp",
  "icmp6",
  "ether proto 0x88cc",
  "arp or ip6",
  "host 10.0.0.1",
  "src host 10.0.0.1",
  "ip host 10.0.0.1",
  "host 2001:db8::1",
  "net 10.0.0.0/8",
  "dst net 2001:db8::/48",
  "ether host 02:00:00:00:00:01",
  "ether broadcast",
  "ether multicast",
  "ip multicast",
  "port 53",
  "udp port 53",
  "tcp dst port 443",
  "portrange 5-10",
  "udp port 67 or udp port 68",
  "tcp port 80 and host 10.0.0.1",
  "net 10.0.0.0/8 and not port 22",
  "len > 60 and udp port 67",
  "tcp[tcpflags] & tcp-syn != 0",
  "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
  "icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply",
  "udp[10] & 0x80 != 0 and port 53",
  "outbound",
  "ifindex 3",
];

/** The filter of BPFDoor, as its published analyses have it. */
const BPFDOOR =
  "udp[8:2] = 0x7255 or (icmp[8:2] = 0x7255 and icmp[icmptype] = icmp-echo) or tcp[((tcp[12] & 0xf0) >> 2):2] = 0x5293";

function decompile(expression: string, optimize: boolean) {
  return decompileFilter(compileFilter(expression, { linkType: LINKTYPE_ETHERNET, optimize }), {
    linkType: LINKTYPE_ETHERNET,
  });
}

describe("a decompiled filter", () => {
  for (const optimize of [true, false])
    it(`reads as a person would have written it, ${optimize ? "optimized" : "not optimized"}`, () => {
      for (const expression of same) {
        const { expression: found, reason } = decompile(expression, optimize);
        assert.equal(found ?? reason, expression);
      }
    });

  it("points out the constants that are compared with payload", () => {
    for (const optimize of [true, false]) {
      const { expression, payloadConstants = [] } = decompile(BPFDOOR, optimize);
      assert.equal(
        expression,
        "udp[8:2] = 0x7255 or tcp[(tcp[12] & 0xf0) >> 2:2] = 0x5293 or " +
          "(icmp[8:2] = 0x7255 and icmp[icmptype] = icmp-echo)",
      );
      assert.deepEqual(payloadConstants.map(describePayloadConstant), [
        "UDP payload bytes 0-1 = 0x7255",
        "ICMP payload bytes 0-1 = 0x7255",
        "TCP payload bytes 0-1 = 0x5293",
      ]);
      assert.deepEqual(payloadConstants[0], {
        payloadOf: "udp",
        offset: 0,
        size: 2,
        mask: 0xffff,
        operator: "=",
        constant: 0x7255,
        isCalculated: false,
      });
    }
  });

  it("points out constants however they are compared, but no flags and no fields of headers", () => {
    const compared: [expression: string, ...expected: string[]][] = [
      ["port 53"],
      ["tcp"],
      ["ip6 proto 17"],
      ["udp[10] & 0x80 != 0"],
      ["tcp[tcpflags] & tcp-syn != 0 and tcp[14:2] > 500"],
      ["icmp6[0] = 135 and icmp6[8:4] = 0xfe800000"],
      ["ether[42:4] = 0x39393939", "packet bytes 42-45 = 0x39393939"],
      ["udp[9] = 5", "UDP payload byte 1 = 0x05"],
      ["udp[8:4] & 0xffff00 = 0x123400", "UDP payload bytes 0-3 & 0x00ffff00 = 0x00123400"],
      ["udp[8:2] != 0x7255", "UDP payload bytes 0-1 != 0x7255"],
      ["udp[8:2] > 0x7254", "UDP payload bytes 0-1 > 0x7254"],
      ["udp[8:2] - 5 = 0x7250", "UDP payload bytes 0-1 = 0x7255"],
      ["udp[8:2] ^ 0xffff = 0x8daa", "UDP payload bytes 0-1 = 0x7255"],
      ["udp[8:2] * 3 = 0x156ff", "calculation with UDP payload bytes 0-1 = 0x156ff"],
      ["ip6[6] = 17 and ip6[48:2] = 0x7255", "UDP payload bytes 0-1 = 0x7255"],
      ["ip[9] = 17 and ip[28:2] = 0x7255", "UDP payload bytes 0-1 = 0x7255"],
      ["udp port 68 and udp[12:4] = 0x12345678"],
      ["udp port 69 and udp[12:4] = 0x12345678", "UDP payload bytes 4-7 = 0x12345678"],
    ];
    for (const [expression, ...expected] of compared)
      for (const optimize of [true, false]) {
        const { payloadConstants = [] } = decompile(expression, optimize);
        assert.deepEqual(payloadConstants.map(describePayloadConstant), expected, expression);
      }
  });

  it("accepts everything, or has a reason", () => {
    const options = { linkType: LINKTYPE_ETHERNET };
    const result = decompileFilter([bpf.accept(96)], options);
    assert.deepEqual(result, { expression: "", payloadConstants: [], lengths: [96] });
    assert.equal(decompileFilter([bpf.accept(0)], options).reason, "it rejects every packet");
    const random = bpf.load(bpf.BPF_W, bpf.SKF_AD_OFF + 56);
    assert.deepEqual(decompileFilter([random, bpf.ifEqual(1, 0, 1), bpf.accept(1), bpf.accept(0)], options), {
      reason: "it depends on a random number",
    });
    const hash = bpf.load(bpf.BPF_W, bpf.SKF_AD_OFF + 32);
    assert.deepEqual(decompileFilter([hash, bpf.ifEqual(1, 0, 1), bpf.accept(1), bpf.accept(0)], options), {
      reason: "libpcap's language has no word for something that it tests",
      payloadConstants: [],
      lengths: [1],
    });
    assert.equal(
      decompileFilter([bpf.accept(1)], { linkType: 147 }).reason,
      "packets of this link type aren't understood",
    );
  });

  it("has the lengths to which the program cuts packets", () => {
    const program = [
      bpf.load(bpf.BPF_H, 12),
      bpf.ifEqual(0x806, 0, 1),
      bpf.accept(60),
      bpf.ifEqual(0x800, 0, 1),
      bpf.accept(34),
      bpf.accept(0),
    ];
    assert.deepEqual(decompileFilter(program, { linkType: LINKTYPE_ETHERNET }), {
      expression: "arp or ip",
      payloadConstants: [],
      lengths: [34, 60],
    });
    const returnA = [bpf.load(bpf.BPF_H, 16), bpf.statement(bpf.BPF_RET | bpf.BPF_A, 0)];
    const { expression, lengths } = decompileFilter(returnA, { linkType: LINKTYPE_ETHERNET });
    assert.equal(expression, "ether[16:2] != 0");
    assert.equal(lengths, undefined);
  });
});
