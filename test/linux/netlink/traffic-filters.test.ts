import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { describe, it } from "node:test";
import {
  readTrafficFilters,
  type TrafficAction,
  type TrafficFilter,
} from "../../../src/linux/netlink/traffic-filters.js";
import { encodeString, writeU32 } from "../../../src/wire/bytes.js";
import { AttributeSet } from "../../../src/wire/kernel/netlink/attribute.js";
import { NLM_F_MULTI } from "../../../src/wire/kernel/netlink/message.js";
import {
  readTrafficControl,
  TC_H_INGRESS,
  TC_H_ROOT,
  TCM_IFINDEX_MAGIC_BLOCK,
  type TrafficControl,
  trafficControlSize,
  writeTrafficControl,
} from "../../../src/wire/kernel/rtnetlink/traffic-control.js";
import { loadReturning, noPrograms, pin } from "../../support/bpf/programs.js";
import { doneReply } from "../../support/netlink/netlink-replies.js";
import { answers, ScriptedKernel } from "../../support/netlink/scripted-kernel.js";
import { isolate, noNamespaces, sh } from "../../support/network/namespace.js";
import { cable, indexOf } from "../../support/network/veth.js";
import { lacking } from "../../support/process/peer.js";

isolate();

// linux/rtnetlink.h
const RTM_NEWQDISC = 36;
const RTM_NEWTFILTER = 44;

/** Runs `tc` with the given words. */
function tc(words: string): string {
  return sh(`tc ${words}`);
}

const EVERYTHING = "protocol all u32 match u32 0 0";

function filtersOf(name: string): readonly TrafficFilter[] {
  const { values, unseen } = readTrafficFilters();
  assert.deepEqual(unseen, []);
  return values.filter(({ index }) => index === indexOf(name));
}

describe("filters of traffic control", { skip: noNamespaces || lacking("ip", "tc") }, () => {
  cable("v0", "v1");
  const target = noNamespaces ? 0 : indexOf("v1");
  const mirror = { kind: "mirred", operation: "mirror", to: "egress", target };

  it("are none on an interface without any, or with filters that copy nothing", () => {
    cable("n0", "n1");
    tc("qdisc add dev n0 clsact");
    tc(`filter add dev n0 ingress ${EVERYTHING} flowid 1:1`);
    assert.deepEqual(filtersOf("n0"), []);
    assert.deepEqual(filtersOf("n1"), []);
  });

  it("are found at ingress and egress of clsact, as tc lists them", () => {
    tc("qdisc add dev v0 clsact");
    tc(`filter add dev v0 ingress prio 5 ${EVERYTHING} action mirred egress mirror dev v1`);
    tc(`filter add dev v0 egress prio 6 protocol ip u32 match u32 0 0 action mirred ingress redirect dev v1`);
    const [ingress, egress, ...more] = filtersOf("v0");
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...ingress },
      {
        index: indexOf("v0"),
        direction: "ingress",
        parent: 0xfffffff2,
        handle: 0x80000800,
        chain: 0,
        priority: 5,
        protocol: 3,
        kind: "u32",
        actions: [mirror],
      },
    );
    assert.deepEqual(
      [egress?.direction, egress?.priority, egress?.protocol, egress?.actions],
      ["egress", 6, 0x0800, [{ ...mirror, operation: "redirect", to: "ingress" }]],
    );
    const [listed] = JSON.parse(tc("-j filter show dev v0 ingress")).filter(
      ({ options }: { options?: { actions?: unknown } }) => options?.actions,
    );
    assert.equal(listed.pref, ingress?.priority);
    assert.equal(listed.options.actions[0].to_dev, "v1");
    assert.equal(listed.options.actions[0].mirred_action, "mirror");
  });

  it("are found in every chain", () => {
    cable("c0", "c1");
    tc("qdisc add dev c0 clsact");
    tc(`filter add dev c0 ingress chain 100 ${EVERYTHING} action mirred egress mirror dev v1`);
    assert.deepEqual(
      filtersOf("c0").map(({ chain, actions }) => [chain, actions]),
      [[100, [mirror]]],
    );
  });

  it("are found in a shared block, for each interface that uses it", () => {
    cable("b0", "b1");
    tc("qdisc add dev b0 ingress_block 22 egress_block 23 clsact");
    tc("qdisc add dev b1 ingress_block 22 ingress");
    tc(`filter add block 22 ${EVERYTHING} action mirred egress mirror dev v1`);
    const both = [...filtersOf("b0"), ...filtersOf("b1")];
    assert.deepEqual(
      both.map(({ index, direction, block, actions }) => [index, direction, block, actions]),
      ["b0", "b1"].map((name) => [indexOf(name), "ingress", 22, [mirror]]),
    );
  });

  it("are found at the root of a qdisc and at its classes", () => {
    cable("h0", "h1");
    tc("qdisc add dev h0 root handle 1: htb");
    tc("class add dev h0 parent 1: classid 1:10 htb rate 1mbit");
    tc("class add dev h0 parent 1:10 classid 1:20 htb rate 1mbit");
    tc(`filter add dev h0 parent 1: ${EVERYTHING} action mirred egress mirror dev v1`);
    tc(`filter add dev h0 parent 1:10 prio 9 ${EVERYTHING} action mirred egress redirect dev v1`);
    assert.deepEqual(
      filtersOf("h0").map(({ direction, parent }) => [direction, parent]),
      [
        ["egress", 0x10000],
        ["egress", 0x10010],
      ],
    );
  });

  it("are listed once for both directions if the kernel doesn't say in which they work", () => {
    cable("e0", "e1");
    tc("qdisc add dev e0 clsact");
    tc(`filter add dev e0 ingress prio 5 ${EVERYTHING} action mirred egress mirror dev v1`);
    tc(`filter add dev e0 egress prio 5 ${EVERYTHING} action mirred egress redirect dev v1`);
    assert.deepEqual(
      filtersOf("e0")
        .map(({ direction, handle }) => [direction, handle])
        .sort(),
      [
        ["either", 0x80000800],
        ["either", 0x80100800],
      ],
    );
  });

  it("have no target once it was removed", () => {
    cable("g0", "g1");
    cable("t0", "t1");
    tc("qdisc add dev g0 ingress");
    tc(`filter add dev g0 ingress ${EVERYTHING} action mirred egress mirror dev t0`);
    assert.equal(filtersOf("g0").length, 1);
    sh("ip link del t0");
    assert.deepEqual(
      filtersOf("g0").map(({ actions }) => actions),
      [[{ kind: "mirred", operation: "mirror", to: "egress" }]],
    );
  });

  it("are found with their eBPF program, as bpftool lists them", {
    skip: noPrograms || lacking("bpftool"),
  }, () => {
    cable("p0", "p1");
    mkdirSync("/run/bpf");
    sh("mount -t bpf bpf /run/bpf");
    using program = loadReturning("sched_cls", "seen_by_tc", 0);
    pin(program, "/run/bpf/seen");
    tc("qdisc add dev p0 clsact");
    tc("filter add dev p0 egress chain 7 prio 3 bpf da pinned /run/bpf/seen");
    const [filter, ...more] = filtersOf("p0");
    assert.deepEqual(more, []);
    assert.deepEqual([filter?.direction, filter?.chain, filter?.kind], ["egress", 7, "bpf"]);
    const { id, tag } = JSON.parse(sh("bpftool -j prog show pinned /run/bpf/seen"));
    assert.deepEqual(filter?.program, { id, name: "seen:[*fsobj]", tag });
  });

  it("say so if the program is a classic one, which selects packets for an action", () => {
    cable("k0", "k1");
    tc("qdisc add dev k0 clsact");
    writeFileSync("/run/bytecode", "1,6 0 0 4294967295,");
    tc("filter add dev k0 ingress bpf bytecode-file /run/bytecode action mirred egress mirror dev v1");
    const [filter] = filtersOf("k0");
    assert.equal(filter?.classic?.length, 8);
    assert.deepEqual(filter?.actions, [mirror]);
  });
});

describe("filters and actions that this kernel may lack", () => {
  /** Returns the reply to a request for qdiscs or filters. */
  const reply = (type: number, value: TrafficControl) => {
    const payload = new Uint8Array(trafficControlSize(value));
    writeTrafficControl(value, payload, 0);
    return { type, flags: NLM_F_MULTI, payload };
  };
  const done = doneReply({ errno: 0, extended: {} });
  const ingress = reply(RTM_NEWQDISC, {
    index: 7,
    handle: TC_H_INGRESS,
    parent: 0,
    info: 0,
    kind: "ingress",
  });

  /** Returns what is read of an ingress qdisc that has one filter. */
  const readOne = (kind: string, options: Uint8Array) => {
    const filter = { index: 7, handle: 1, parent: TC_H_INGRESS, info: 0x0001_0300, kind, options };
    const kernel = new ScriptedKernel(
      answers([ingress, done]),
      answers([reply(RTM_NEWTFILTER, filter), done]),
    );
    const { values, unseen } = readTrafficFilters(kernel);
    assert.deepEqual(unseen, []);
    assert.equal(kernel.left, 0);
    return values[0];
  };

  /** Writes attributes one after the other. */
  const attributes = (...each: [type: number, value: Uint8Array][]) => {
    const set = new AttributeSet({});
    const values = { other: each.map(([type, value]) => ({ type, value })) };
    const bytes = new Uint8Array(set.size(values));
    set.write(values, bytes, 0);
    return bytes;
  };

  /** Writes an action, as the only one of a list in the attribute of the given type. */
  const withAction = (type: number, kind: string, options: Uint8Array) =>
    attributes([type, attributes([1, attributes([1, encodeString(`${kind}\0`)], [2, options])])]);

  const u32 = (value: number) => {
    const bytes = new Uint8Array(4);
    writeU32(bytes, 0, value);
    return bytes;
  };

  const sample = attributes([3, u32(100)], [5, u32(9)]);
  const program = attributes([6, encodeString("copy\0")], [8, u32(0)], [9, u32(77)]);
  const classicProgram = attributes([4, new Uint8Array(8)], [6, encodeString("classic\0")]);
  const mirroring = new Uint8Array(28);
  writeU32(mirroring, 20, 2);
  const mirredBlock = attributes([2, mirroring], [4, u32(5)]);

  const copying: [
    what: string,
    kind: string,
    type: number,
    action: string,
    options: Uint8Array,
    TrafficAction,
  ][] = [
    ["matchall with sample", "matchall", 2, "sample", sample, { kind: "sample", group: 9, rate: 100 }],
    [
      "flower with an eBPF program",
      "flower",
      3,
      "bpf",
      program,
      { kind: "bpf", program: { id: 77, name: "copy", tag: "00000000" } },
    ],
    [
      "basic with mirred to the interfaces of a block",
      "basic",
      3,
      "mirred",
      mirredBlock,
      { kind: "mirred", operation: "mirror", to: "egress", targetBlock: 5 },
    ],
    [
      "fw with an action that isn't known",
      "fw",
      4,
      "new-action",
      sample,
      { kind: "other", name: "new-action" },
    ],
  ];
  for (const [what, kind, type, action, options, expected] of copying)
    it(`are found: ${what}`, () => {
      const filter = readOne(kind, withAction(type, action, options));
      assert.deepEqual(filter?.actions, [expected]);
      assert.equal(filter?.hasUnknownActions, undefined);
    });

  it("are found if the filter's kind isn't known, whose actions can't be read", () => {
    const filter = readOne("new-kind", new Uint8Array(0));
    assert.deepEqual([filter?.kind, filter?.actions, filter?.hasUnknownActions], ["new-kind", [], true]);
  });

  it("are found with an eBPF program whose id an old kernel doesn't give", () => {
    const filter = readOne("bpf", attributes([7, encodeString("old.o:[cls]\0")], [8, u32(1)]));
    assert.deepEqual([filter?.program, filter?.actions], [{ name: "old.o:[cls]" }, []]);
  });

  it("are left out if they copy nothing", () => {
    assert.equal(readOne("bpf", attributes([5, new Uint8Array(8)])), undefined);
    assert.equal(readOne("flower", withAction(3, "gact", sample)), undefined);
    assert.equal(readOne("matchall", withAction(2, "bpf", classicProgram)), undefined);
  });

  it("are found in the blocks of packets that a red qdisc drops or marks", () => {
    const red = reply(RTM_NEWQDISC, {
      index: 7,
      handle: 0x10000,
      parent: TC_H_ROOT,
      info: 0,
      kind: "red",
      options: attributes([5, u32(12)], [6, u32(0)]),
    });
    const filter = reply(RTM_NEWTFILTER, {
      index: TCM_IFINDEX_MAGIC_BLOCK,
      handle: 1,
      parent: 12,
      info: 0x0001_0300,
      kind: "matchall",
      options: withAction(2, "mirred", mirredBlock),
    });
    const kernel = new ScriptedKernel(answers([red, done]), answers([done]), answers([filter, done]));
    assert.deepEqual(
      readTrafficFilters(kernel).values.map(({ index, direction, block }) => [index, direction, block]),
      [[7, "egress", 12]],
    );
    assert.equal(readTrafficControl(kernel.requests.at(-1)?.payload ?? new Uint8Array(0)).parent, 12);
  });

  it("are reported as unseen if the kernel refuses", () => {
    const refused = new ScriptedKernel(answers([doneReply({ errno: constants.errno.EPERM, extended: {} })]));
    const { values, unseen } = readTrafficFilters(refused);
    assert.deepEqual(values, []);
    assert.deepEqual(
      unseen.map(({ why, reason }) => [why, reason]),
      [["privilege", "cannot read the filters of traffic control: Operation not permitted (EPERM)"]],
    );
  });

  it("are reported as incomplete if there is no time left to read them", () => {
    const kernel = new ScriptedKernel(answers([ingress, done]));
    assert.deepEqual(readTrafficFilters({ open: kernel.open, time: -1 }), {
      values: [],
      unseen: [
        {
          what: "the filters of traffic control",
          why: "incomplete",
          reason: "there is more of it than promisc reads",
        },
      ],
    });
  });
});
