import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { boundEvent } from "../../../../src/cli/output/event/bound-event.js";

const process = (pid: number) => ({ pid, args: ["x".repeat(4096)], exe: `/${"y".repeat(4000)}` });
const lengthOf = (value: unknown): number => JSON.stringify(value).length;

describe("boundEvent", () => {
  it("leaves small events unchanged", () => {
    const event = { came: [{ processes: [process(1)] }], at: new Date(0) };
    assert.deepEqual(boundEvent(event), { event, isCut: false });
    assert.equal(boundEvent(event).event, event);
  });

  it("limits the size of events with any number of processes and holders", () => {
    const processes = Array.from({ length: 5000 }, (_, pid) => process(pid));
    const holders = Array.from({ length: 300 }, () => ({ holder: { kind: "socket", processes } }));
    const event = { ifname: "eth0", at: new Date(0), came: holders, went: holders, findings: holders };
    const { event: bound, isCut } = boundEvent(event);
    assert.ok(isCut);
    assert.ok(lengthOf(bound) < 128 * 1024, `${lengthOf(bound)} units are left`);
    assert.equal(bound.ifname, "eth0");
    assert.equal(bound.at, event.at);
    assert.equal(bound.came[0]?.holder.processes[0]?.pid, 0);
  });

  it("leaves out no more than necessary", () => {
    const event = { processes: Array.from({ length: 100 }, (_, pid) => ({ pid, exe: "z".repeat(1000) })) };
    assert.equal(boundEvent(event).event.processes.length, 64);
  });
});
