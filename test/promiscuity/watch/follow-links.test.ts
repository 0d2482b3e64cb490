import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  appearances,
  followReading,
  followUpdates,
  joinChanges,
  type LinkChanges,
  type LinkUpdate,
} from "../../../src/promiscuity/watch/follow-links.js";
import type { Link } from "../../../src/wire/kernel/rtnetlink/link.js";

const linkOf = (index: number, fields: Partial<Link> = {}): Link => ({
  family: 0,
  type: 1,
  index,
  flags: 0,
  change: 0,
  name: `v${index}`,
  promiscuity: 0,
  allmulti: 0,
  ...fields,
});

const changed = (index: number, fields: Partial<Link> = {}): LinkUpdate => ({
  kind: "changed",
  link: linkOf(index, fields),
});

const removed = (index: number, fields: Partial<Link> = {}): LinkUpdate => ({
  kind: "removed",
  link: linkOf(index, fields),
});

const known = (...links: readonly Link[]): Map<number, Link> =>
  new Map(links.map((link) => [link.index, link]));

/** Formats transitions: the interface, its count before and after, and the reason if there is one. */
const inShort = ({ transitions }: Pick<LinkChanges, "transitions">): string[] =>
  transitions.map(({ name, before, after, reason }) =>
    [name, `${before.promiscuity}>${after.promiscuity}`, ...(reason ? [reason] : [])].join(" "),
  );

describe("following link messages of the kernel", () => {
  const follow = (links: Map<number, Link>, ...updates: LinkUpdate[]): LinkChanges =>
    followUpdates(links, updates, 3);

  it("makes a transition for each step of a count, and for nothing else", () =>
    assert.deepEqual(
      inShort(
        follow(
          known(linkOf(1)),
          changed(1, { promiscuity: 1 }),
          changed(1, { promiscuity: 1, mtu: 1400 }),
          changed(1, { promiscuity: 3 }),
          changed(1),
        ),
      ),
      ["v1 0>1", "v1 1>3", "v1 3>0"],
    ));

  it("gives the reason why a held interface appeared or disappeared", () => {
    const links = known(linkOf(1, { promiscuity: 1 }), linkOf(2, { promiscuity: 2 }), linkOf(3));
    const changes = follow(links, removed(1), removed(2, { newNetnsId: 5 }), removed(3));
    assert.deepEqual(inShort(changes), ["v1 1>0 removed", "v2 2>0 moved"]);
    assert.equal(changes.hasMoved, true);
    assert.deepEqual(inShort(follow(known(), changed(1, { promiscuity: 1 }), changed(2))), [
      "v1 0>1 appeared",
    ]);
    assert.deepEqual(inShort({ transitions: appearances(links) }), ["v1 0>1 appeared", "v2 0>2 appeared"]);
  });

  it("leaves the known links unchanged, and returns the differences", () => {
    const links = known(linkOf(1), linkOf(2));
    const changes = follow(links, changed(1, { promiscuity: 1 }), removed(2));
    assert.deepEqual(links, known(linkOf(1), linkOf(2)));
    assert.deepEqual(
      [...changes.links].map(([index, link]) => [index, link?.promiscuity]),
      [
        [1, 1],
        [2, undefined],
      ],
    );
  });

  it("reports a new name of a held interface, and links that exceed the limit", () => {
    const links = known(linkOf(1, { promiscuity: 1 }), linkOf(2));
    const { remarks, transitions } = follow(
      links,
      changed(1, { promiscuity: 1, name: "new" }),
      changed(2, { name: "other" }),
      changed(3),
      changed(4, { promiscuity: 1 }),
      removed(3),
      changed(5),
      changed(6),
    );
    assert.deepEqual(remarks, [
      { kind: "renamed", index: 1, from: "v1", to: "new" },
      { kind: "no-room" },
      { kind: "no-room" },
    ]);
    assert.deepEqual(transitions, []);
  });

  it("names the link below a stacked link once", () => {
    const info = { kind: "macvlan" };
    const { lowers } = follow(
      known(),
      changed(4, { link: 2, info }),
      changed(4, { link: 2, info, mtu: 1400 }),
    );
    assert.deepEqual(
      [...lowers.values()].map(({ index, upper }) => [index, upper.mtu]),
      [[2, 1400]],
    );
  });

  it("joins changes in their order", () => {
    const first = follow(known(linkOf(1)), changed(1, { promiscuity: 1 }));
    const second = follow(known(linkOf(1, { promiscuity: 1 })), changed(1));
    assert.deepEqual(inShort(joinChanges([first, second])), ["v1 0>1", "v1 1>0"]);
    assert.equal(joinChanges([first, second]).links.get(1)?.promiscuity, 0);
  });
});

describe("comparing known links with a new reading", () => {
  it("reports removed links first, then changed ones", () => {
    const links = known(linkOf(1, { promiscuity: 1 }), linkOf(2), linkOf(3, { promiscuity: 2 }));
    const changes = followReading(links, [linkOf(2, { promiscuity: 1 }), linkOf(3, { promiscuity: 2 })]);
    assert.deepEqual(inShort(changes), ["v1 1>0 removed", "v2 0>1 re-read"]);
    assert.deepEqual([...changes.links.keys()], [1, 2, 3]);
  });
});
