import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Holder } from "../../../src/promiscuity/holders/holder.js";
import { attributeTransitions, type HoldersOfLink } from "../../../src/promiscuity/watch/attribute.js";
import type { Attribution } from "../../../src/promiscuity/watch/event.js";
import { byKey, listingOf } from "../../../src/promiscuity/watch/evidence/tables.js";
import type { TracedRequest } from "../../../src/promiscuity/watch/evidence/traced-request.js";
import { transitionBetween } from "../../../src/promiscuity/watch/transition.js";
import { IFF_PROMISC, type Link } from "../../../src/wire/kernel/rtnetlink/link.js";

const NETNS = 1;
const INDEX = 7;

const linkWith = (promiscuity: number, flags = 0): Link =>
  ({ family: 0, type: 1, index: INDEX, flags, change: 0, name: "v0", promiscuity }) as Link;

const flagged = (promiscuity: number): Link => linkWith(promiscuity, IFF_PROMISC);

/** Returns the socket with this inode as the table lists it. Its process has the same number. */
const socket = (inode: number, processes = [{ pid: inode }]): Holder => ({
  kind: "socket",
  units: 1,
  socket: { inode },
  processes,
});

const unexplained = (units: number): Holder => ({ kind: "unexplained", units, reason: "", candidates: [] });

const base = { counter: "promiscuity", netns: NETNS, interface: INDEX } as const;

/** Returns a process's request for a membership. Its socket's inode has the same number. */
const join = (pid: number): TracedRequest => ({
  ...base,
  sort: "join",
  socket: { inode: pid },
  process: { pid },
});

const flag = (sort: "set-flag" | "clear-flag", pid: number): TracedRequest => ({
  ...base,
  sort,
  interface: "v0",
  process: { pid },
});

interface Heard {
  readonly listed?: readonly Holder[];
  readonly requests?: readonly TracedRequest[];
  readonly known?: readonly Holder[];
  readonly isCurrent?: boolean;
}

/**
 * Attributes the transitions between an interface's states, given the requests and holders that were seen meanwhile.
 */
function attributed(
  links: readonly Link[],
  { listed = [], requests = [], known = [], isCurrent = true }: Heard,
) {
  const transitions = links.slice(1).flatMap((link, at) => transitionBetween(links[at], link) ?? []);
  const before: HoldersOfLink = { promiscuity: byKey(known), allmulti: new Map() };
  const after = attributeTransitions(transitions, {
    holders: new Map([[INDEX, before]]),
    requests,
    tables: { holdersOf: (link) => listingOf(link?.promiscuity ? listed : []), isCurrent },
  });
  const said = transitions.flatMap((transition) => {
    const { came = [], went = [] } = after.namings.get(transition) ?? {};
    return [...came.map((each) => `+${inShort(each)}`), ...went.map((each) => `-${inShort(each)}`)];
  });
  return {
    said,
    known: [...(after.holders.get(INDEX)?.promiscuity.keys() ?? [])],
    used: requests.filter((each) => after.used.has(each)).map(({ process }) => process.pid),
  };
}

function inShort({ holder, evidence, actor }: Attribution): string {
  const by = actor ? ` by ${actor.pid}` : "";
  const who = holder?.kind === "socket" ? holder.processes.map(({ pid }) => pid).join("+") : holder?.kind;
  return `${who ?? "somebody"}${by} [${evidence}]`;
}

/** Returns the names of the holders that came and went between some counts. */
function namesOf(
  counts: readonly number[],
  listed: readonly Holder[],
  requests: readonly number[],
  heard: Pick<Heard, "known" | "isCurrent"> = {},
): string[] {
  const links = counts.map((count) => linkWith(count));
  return attributed(links, { ...heard, listed, requests: requests.map(join) }).said;
}

describe("the attribution of a change", () => {
  it("names the process that a request and the table of sockets agree on", () =>
    assert.deepEqual(namesOf([0, 1], [socket(5)], [5]), ["+5 [trace]"]));

  it("names the process in the table rather than another one with a request", () => {
    assert.deepEqual(namesOf([0, 1], [socket(5)], [66, 5]), ["+5 [trace]"]);
    assert.deepEqual(namesOf([0, 1], [socket(5)], [66]), ["+5 [socket]"]);
    assert.deepEqual(namesOf([0, 1, 2], [socket(5), socket(6)], [66, 67, 6]), ["+6 [trace]", "+5 [socket]"]);
  });

  it("names the process of a request if the table lists nobody any more", () => {
    assert.deepEqual(namesOf([0, 1, 0], [], [5]), ["+5 [trace]", "-5 [socket]"]);
    assert.deepEqual(namesOf([0, 1], [], []), ["+somebody [gone]"]);
  });

  it("names the process of the first request if the table is newer than the change", () =>
    assert.deepEqual(namesOf([0, 1], [socket(6)], [5, 6], { isCurrent: false }), ["+5 [trace]"]));

  it("names both processes if one left before the other came", () =>
    assert.deepEqual(namesOf([0, 1, 0, 1], [socket(6)], [5, 6]), [
      "+5 [trace]",
      "-5 [socket]",
      "+6 [trace]",
    ]));

  it("names the process of a request if the socket's process can't be found", () =>
    assert.deepEqual(namesOf([0, 1], [socket(5, [])], [5]), ["+5 [trace]"]));

  it("doesn't name a process that adds a membership which it had already", () =>
    assert.deepEqual(namesOf([1, 2], [socket(5), socket(6)], [5, 6], { known: [socket(5)] }), [
      "+6 [trace]",
    ]));

  it("names the administrator's flag, and who set or cleared it if that was traced", () => {
    const links = [linkWith(0), flagged(1), flagged(2), linkWith(1)];
    const requests = [flag("clear-flag", 9), flag("set-flag", 8)];
    assert.deepEqual(attributed(links, { listed: [socket(5)], requests }).said, [
      "+flag by 8 [trace]",
      "+5 [socket]",
      "-flag by 9 [trace]",
    ]);
    assert.deepEqual(attributed(links.slice(0, 2), {}).said, ["+flag [link]"]);
  });
});

describe("the knowledge after attributing transitions", () => {
  const links = [linkWith(1), linkWith(2)];

  it("has the current holders, and leaves the previous knowledge unchanged", () => {
    const known = [socket(5)];
    assert.deepEqual(attributed(links, { known, listed: [socket(5), socket(6)] }).known, [
      "socket 5",
      "socket 6",
    ]);
    const before: HoldersOfLink = { promiscuity: byKey(known), allmulti: new Map() };
    const transitions = [transitionBetween(links[0], links[1])].flatMap((each) => each ?? []);
    const tables = {
      holdersOf: () => listingOf([socket(6)]),
      isCurrent: true,
    };
    const knowledge = { holders: new Map([[INDEX, before]]), requests: [join(6)], tables };
    const [once, again] = [
      attributeTransitions(transitions, knowledge),
      attributeTransitions(transitions, knowledge),
    ];
    assert.deepEqual(once, again);
    assert.deepEqual([...before.promiscuity.keys()], ["socket 5"]);
  });

  it("keeps holders that aren't listed while there are units that nobody claims", () => {
    const known = [socket(5), socket(6)];
    const listed = [socket(7), unexplained(1)];
    assert.deepEqual(attributed([linkWith(2), linkWith(3)], { known, listed }).known, [
      "socket 5",
      "socket 7",
    ]);
  });

  it("has the requests that are used up: the change's own, and those that changed nothing", () => {
    const known = [socket(5)];
    const listed = [socket(5), socket(6)];
    const requests = [join(5), join(6), join(7), flag("set-flag", 8)];
    assert.deepEqual(attributed(links, { known, listed, requests }).used, [5, 6]);
  });
});
