import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  lacksRequests,
  queuesOf,
  requestsAbout,
  type TracedRequest,
} from "../../../src/promiscuity/watch/evidence/traced-request.js";
import { WaitingRequests } from "../../../src/promiscuity/watch/evidence/waiting-requests.js";
import { type Transition, transitionBetween } from "../../../src/promiscuity/watch/transition.js";
import { IFF_PROMISC, type Link } from "../../../src/wire/kernel/rtnetlink/link.js";

const link = (fields: Partial<Link>): Link => ({
  family: 0,
  type: 1,
  index: 7,
  flags: 0,
  change: 0,
  name: "v0",
  promiscuity: 0,
  ...fields,
});

const between = (before: Partial<Link>, after: Partial<Link>): Transition[] =>
  [transitionBetween(link(before), link(after))].flatMap((each) => each ?? []);

const base = { counter: "promiscuity", netns: 1, interface: 7 } as const;
const join = (pid: number, of: number | string = 7): TracedRequest => ({
  ...base,
  sort: "join",
  socket: { inode: pid },
  process: { pid },
  interface: of,
});
const setFlag = (pid: number): TracedRequest => ({ ...base, sort: "set-flag", process: { pid } });
const clearFlag = (pid: number): TracedRequest => ({ ...base, sort: "clear-flag", process: { pid } });

describe("traced requests", () => {
  it("are lacking while no request explains a change that needs one", () => {
    const came = between({}, { promiscuity: 1 });
    assert.equal(lacksRequests(came, []), true);
    assert.equal(lacksRequests(came, [setFlag(1), join(2, "other")]), true);
    assert.equal(lacksRequests(came, [join(2, "v0")]), false);
    const flagSet = between({}, { promiscuity: 1, flags: IFF_PROMISC });
    assert.equal(lacksRequests(flagSet, [join(2)]), true);
    assert.equal(lacksRequests(flagSet, [setFlag(2)]), false);
    const cleared = between({ promiscuity: 1, flags: IFF_PROMISC }, {});
    assert.equal(lacksRequests(cleared, [setFlag(2)]), true);
    assert.equal(lacksRequests(cleared, [clearFlag(2)]), false);
  });

  it("aren't lacking for units that go, that come with a master, or that existed before", () => {
    assert.equal(lacksRequests(between({ promiscuity: 1 }, {}), []), false);
    assert.equal(lacksRequests(between({}, { promiscuity: 1, master: 3 }), []), false);
    const appeared = [transitionBetween(undefined, link({ promiscuity: 1 }))].flatMap((each) => each ?? []);
    assert.equal(lacksRequests(appeared, []), false);
  });

  it("are taken from a queue one by one without changing the queue", () => {
    const { join: queue } = queuesOf(requestsAbout([join(1), setFlag(2), join(3)], 7, "v0"), "promiscuity");
    assert.deepEqual([queue.first?.process.pid, queue.rest.first?.process.pid], [1, 3]);
    assert.deepEqual([queue.length, queue.rest.length, queue.rest.rest.rest.length], [2, 1, 0]);
    assert.equal(queue.rest.rest.first, undefined);
    assert.deepEqual(
      queue.rest.taken.map(({ process }) => process.pid),
      [1],
    );
  });

  it("wait for their namespace's changes until they are used or too old", () => {
    const waiting = new WaitingRequests();
    const [first, second] = [join(1), join(2)];
    waiting.add(first);
    waiting.add(second);
    assert.equal(waiting.processOf(1, 2)?.pid, 2);
    waiting.take(1, new Set([first]));
    assert.deepEqual(waiting.of(1), [second]);
    assert.deepEqual(waiting.of(2), []);
    waiting.expire(1, performance.now());
    assert.deepEqual(waiting.of(1), [second]);
    waiting.expire(1, performance.now() + 10_000);
    assert.deepEqual(waiting.namespaces, []);
  });
});
