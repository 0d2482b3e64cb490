import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallRecord } from "../../../../src/linux/bpf/call-record.js";
import { TracedListeners } from "../../../../src/promiscuity/watch/listeners/traced-listeners.js";
import { AF_PACKET, AF_XDP } from "../../../../src/wire/kernel/address-family.js";

const caller = {
  time: 0n,
  tgid: 7,
  uid: 0,
  parentTgid: 1,
  comm: "tcpdump",
  args: [],
  argsCut: false,
  netns: 1,
  socketInode: 100,
};
const process = { pid: 7, comm: "tcpdump" };
const add = (traced: TracedListeners, call: CallRecord): void => traced.add(call, () => process);

describe("the sockets that traced calls were about", () => {
  it("are what their calls said together", () => {
    using traced = new TracedListeners();
    add(traced, { kind: "socket", ...caller, family: AF_PACKET, protocol: 3 });
    add(traced, { kind: "bind", ...caller, request: { family: AF_PACKET, index: 2, protocol: 0 } });
    add(traced, { kind: "filter", ...caller, change: "attach" });
    const { since: _, ...found } = traced.of(1).get(100) ?? { since: 0 };
    assert.deepEqual(found, { process, uid: 0, family: AF_PACKET, protocol: 3, index: 2, isHolder: false });
  });

  it("are holders if they were seen to hold, and memberships alone are not remembered", () => {
    using traced = new TracedListeners();
    const membership = {
      kind: "membership",
      change: "add",
      ...caller,
      request: { index: 2, type: 1 },
    } as const;
    add(traced, membership);
    assert.deepEqual(traced.namespaces, []);
    add(traced, { kind: "bind", ...caller, request: { family: AF_PACKET, index: 2, protocol: 3 } });
    add(traced, membership);
    assert.equal(traced.of(1).get(100)?.isHolder, true);
  });

  it("have the queue of an AF_XDP socket", () => {
    using traced = new TracedListeners();
    add(traced, { kind: "bind", ...caller, request: { family: AF_XDP, index: 2, queue: 3 } });
    const { family, index, queue } = traced.of(1).get(100) ?? {};
    assert.deepEqual([family, index, queue], [AF_XDP, 2, 3]);
  });

  it("are limited in namespaces that any user can create, and don't displace others", () => {
    using traced = new TracedListeners();
    traced.isPrivileged = (netns) => netns === 1;
    let described = 0;
    const open = (netns: number, socketInode: number): void =>
      traced.add({ kind: "socket", ...caller, netns, socketInode, family: AF_PACKET, protocol: 3 }, () => {
        described++;
        return process;
      });
    for (let socket = 0; socket < 10_000; socket++) open(2 + (socket % 10), socket);
    assert.equal(described, 256);
    assert.equal(traced.takeLeftOut(), 10_000 - 256);
    assert.equal(traced.takeLeftOut(), 0);
    open(1, 1);
    assert.equal(traced.of(1).size, 1);
    for (let netns = 2; netns < 12; netns++) traced.forget(netns);
    open(2, 1);
    assert.equal(traced.of(2).size, 1);
  });

  it("are examined after a moment", async () => {
    using traced = new TracedListeners();
    const settled = new Promise<void>((resolve) => {
      traced.onSettled = () => {
        traced.forget(1);
        resolve();
      };
    });
    add(traced, { kind: "socket", ...caller, family: AF_PACKET, protocol: 3 });
    await settled;
    assert.deepEqual(traced.namespaces, []);
  });
});
