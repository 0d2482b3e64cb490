import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Listener, NflogListener } from "../../../../src/promiscuity/listeners/listener.js";
import {
  followListeners,
  type KnownListeners,
  splitTapReaders,
} from "../../../../src/promiscuity/watch/listeners/follow-listeners.js";

const netns = { inode: 1, names: [], own: true, processes: 1 };

const rule = (fields: Partial<NflogListener["rule"]> = {}, pid = 7): NflogListener => ({
  kind: "nflog",
  netns,
  group: 5,
  rule: {
    by: "xtables",
    family: "ip",
    table: "filter",
    chain: "INPUT",
    position: 1,
    ...fields,
  } as NonNullable<NflogListener["rule"]>,
  readers: [],
  processes: [{ pid, comm: "ulogd" }],
});

const program = (id: number): Listener => ({
  kind: "xdp-program",
  netns,
  ifindex: 2,
  ifname: "eth0",
  mode: "generic",
  program: { id },
  processes: [],
});

const certain = (): boolean => true;
const knownOf = (...listeners: Listener[]): KnownListeners =>
  followListeners(new Map(), listeners, certain).known;

describe("two readings of listeners without sockets", () => {
  it("show which came and which went", () => {
    const { came, went } = followListeners(knownOf(program(1), rule()), [rule(), program(2)], certain);
    assert.deepEqual([came, went], [[program(2)], [program(1)]]);
  });

  it("show nothing if only a rule's position changed, or what is known of a program", () => {
    const before = knownOf(rule(), program(1));
    const now = [rule({ position: 2 }), { ...program(1), processes: [{ pid: 9, comm: "loader" }] }];
    const { came, went } = followListeners(before, now, certain);
    assert.deepEqual([came, went], [[], []]);
  });

  it("show that another process reads the same group", () => {
    const { came, went } = followListeners(knownOf(rule()), [rule({}, 8)], certain);
    assert.deepEqual([came, went], [[rule({}, 8)], [rule()]]);
  });

  it("count rules that are alike", () => {
    const { came, went, known } = followListeners(knownOf(rule(), rule(), rule()), [rule()], certain);
    assert.deepEqual([came.length, went.length, known.size], [0, 2, 1]);
  });

  it("don't show that something went if it may not have been read, and remember it", () => {
    const first = followListeners(knownOf(program(1)), [], () => false);
    assert.deepEqual(first.went, []);
    assert.deepEqual(followListeners(first.known, [], certain).went, [program(1)]);
  });
});

describe("the readers of a tap device", () => {
  it("come and go one by one", () => {
    const reader = (...pids: number[]): Listener => ({
      kind: "tap-reader",
      netns,
      ifindex: 3,
      ifname: "tap0",
      processes: pids.map((pid) => ({ pid, comm: "qemu" })),
    });
    const known = knownOf(...splitTapReaders([reader(7, 8)]));
    const { came, went } = followListeners(known, splitTapReaders([reader(8, 9)]), certain);
    assert.deepEqual([came, went], [[reader(9)], [reader(7)]]);
  });
});
