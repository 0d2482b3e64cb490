import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Delivery, Seldom } from "../../../src/promiscuity/watch/delivery.js";
import type { ChangeEvent, ReportedEvent } from "../../../src/promiscuity/watch/event.js";

const netns = { inode: 1, names: [], own: true, processes: 1 };

const counts = {
  promiscuous: true,
  promiscFlag: false,
  promiscuity: 1,
  allmultiFlag: false,
  allmulti: 0,
};

/** Returns an event that a socket with one known process came. */
const cameOf = (ifindex: number, inode: number): ChangeEvent => ({
  event: "change",
  time: "",
  netns,
  ifindex,
  ifname: `v${ifindex}`,
  before: counts,
  after: counts,
  came: [
    {
      holder: { kind: "socket", units: 1, socket: { inode }, processes: [{ pid: 100 }] },
      evidence: "socket",
    },
  ],
  went: [],
});

const processesOf = (event: ReportedEvent | undefined): unknown[] =>
  event?.event === "change"
    ? event.came.flatMap(({ holder }) => (holder?.kind === "socket" ? [...holder.processes] : []))
    : [];

describe("the delivery of events", () => {
  it("keeps their order, and waits for the search that each of them needs", () => {
    const out: ReportedEvent[] = [];
    const delivery = new Delivery((event) => out.push(event));
    const events = [cameOf(1, 5), cameOf(2, 6), cameOf(3, 7), cameOf(4, 8)];
    const after = [0, 2, 1, 3];
    events.forEach((event, at) => void delivery.add(event, after[at] ?? 0));
    assert.deepEqual(out, events.slice(0, 1));
    delivery.complete(1, new Map());
    assert.deepEqual(out, events.slice(0, 1));
    delivery.complete(2, new Map());
    assert.deepEqual(out, events.slice(0, 3));
    delivery.complete(3, new Map());
    assert.deepEqual(out, events);
  });

  it("adds all processes that were found meanwhile, each once", () => {
    const out: ReportedEvent[] = [];
    const delivery = new Delivery((event) => out.push(event));
    const event = cameOf(1, 5);
    delivery.add(event, 2);
    delivery.complete(1, new Map([[5, [{ pid: 101 }]]]));
    delivery.complete(2, new Map([[5, [{ pid: 100 }, { pid: 101 }, { pid: 102 }]]]));
    assert.deepEqual(processesOf(out[0]), [{ pid: 100 }, { pid: 101 }, { pid: 102 }]);
    assert.deepEqual(processesOf(event), [{ pid: 100 }]);
  });
});

describe("a number that is reported rarely", () => {
  it("is due when it changes, but not again before its interval is over", () => {
    const often = new Seldom(0);
    assert.deepEqual(
      [0, 3, 3, 0].map((number) => often.isDue(number)),
      [false, true, false, true],
    );
    const seldom = new Seldom(1e9);
    assert.deepEqual(
      [3, 4, 0].map((number) => seldom.isDue(number)),
      [true, false, false],
    );
  });
});
