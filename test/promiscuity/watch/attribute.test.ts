import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Holder } from "../../../src/promiscuity/holders/holder.js";
import { byKey, nameTransitions } from "../../../src/promiscuity/watch/attribute.js";
import { TracedCalls } from "../../../src/promiscuity/watch/trace.js";
import { type Transition, transitionBetween } from "../../../src/promiscuity/watch/transition.js";
import type { Link } from "../../../src/wire/kernel/rtnetlink/link.js";

const NETNS = 1;
const INDEX = 7;

const linkWith = (promiscuity: number): Link =>
  ({ family: 0, type: 1, index: INDEX, flags: 0, change: 0, name: "v0", promiscuity }) as Link;

/** The socket with this inode, as the table lists it; its process has the same number. */
const socket = (inode: number, processes = [{ pid: inode }]): Holder => ({
  kind: "socket",
  units: 1,
  socket: { inode },
  processes,
});

/** An interface's count, one after the other, and what was heard meanwhile. */
function namesOf(
  counts: number[],
  listed: Holder[],
  calls: number[],
  { known = [] as Holder[], isCurrent = true } = {},
): string[] {
  const traced = new TracedCalls();
  for (const inode of calls)
    traced.add({
      counter: "promiscuity",
      on: true,
      socket: { inode },
      process: { pid: inode },
      netns: NETNS,
      interface: INDEX,
    });
  const steps = counts
    .slice(1)
    .flatMap(
      (count, at) => transitionBetween(linkWith(counts[at] as number), linkWith(count)) ?? [],
    ) as Transition[];
  const namings = nameTransitions(
    steps,
    "promiscuity",
    byKey(known),
    { holdersAt: (link) => (link?.promiscuity ? byKey(listed) : new Map()), isCurrent },
    traced.on(NETNS, INDEX, "v0"),
  );
  const inShort = ({ holder, evidence }: (typeof namings)[number]["came"][number]): string =>
    `${holder?.kind === "socket" ? holder.processes.map(({ pid }) => pid).join("+") : "somebody"} [${evidence}]`;
  return namings.flatMap(({ came, went }) => [
    ...came.map((each) => `+${inShort(each)}`),
    ...went.map((each) => `-${inShort(each)}`),
  ]);
}

describe("who came and went", () => {
  it("is whom a call and the table name alike", () =>
    assert.deepEqual(namesOf([0, 1], [socket(5)], [5]), ["+5 [trace]"]));

  it("is whom the table lists, not another one who claims to have come", () => {
    assert.deepEqual(namesOf([0, 1], [socket(5)], [66, 5]), ["+5 [trace]"]);
    assert.deepEqual(namesOf([0, 1], [socket(5)], [66]), ["+5 [socket]"]);
    assert.deepEqual(namesOf([0, 1, 2], [socket(5), socket(6)], [66, 67, 6]), ["+6 [trace]", "+5 [socket]"]);
  });

  it("is whom a call names, where the table doesn't list anybody any more", () => {
    assert.deepEqual(namesOf([0, 1, 0], [], [5]), ["+5 [trace]", "-5 [socket]"]);
    assert.deepEqual(namesOf([0, 1], [], []), ["+somebody [gone]"]);
  });

  it("is whom the first call names, where the table is newer than the change", () =>
    assert.deepEqual(namesOf([0, 1], [socket(6)], [5, 6], { isCurrent: false }), ["+5 [trace]"]));

  it("is both, where one went before the other came", () =>
    assert.deepEqual(namesOf([0, 1, 0, 1], [socket(6)], [5, 6]), [
      "+5 [trace]",
      "-5 [socket]",
      "+6 [trace]",
    ]));

  it("is the process that was seen, where the one that has the socket can't be", () =>
    assert.deepEqual(namesOf([0, 1], [socket(5, [])], [5]), ["+5 [trace]"]));

  it("isn't whoever adds a membership that he had", () =>
    assert.deepEqual(namesOf([1, 2], [socket(5), socket(6)], [5, 6], { known: [socket(5)] }), [
      "+6 [trace]",
    ]));
});
