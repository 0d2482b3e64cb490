import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPromiscuity } from "../../../src/promiscuity/holders/read.js";
import type { InterfaceHolders } from "../../../src/promiscuity/holders/report.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { HoldingProcess } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";
import { promisc } from "../../support/process/program.js";

isolate();

/**
 * Starts a process with three packet sockets that hold d0. The socket at `place` (0, 1 or 2) has the given number of
 * additional memberships.
 */
const sockets = (memberships: number, place: number): Promise<HoldingProcess> =>
  HoldingProcess.python(`
import resource
for each in range(3):
    s = packet_socket()
    add(s, "d0", PROMISC)
    if each == ${place}:
        for number in range(${memberships} - 1): add(s, "d0", MULTICAST, struct.pack(">HI", 0x0100, number))
    os.dup2(s.fileno(), 100 + each)
wait()`);

function held(): InterfaceHolders {
  const found = readPromiscuity().interfaces.find(({ netns, ifname }) => netns.own && ifname === "d0");
  assert.ok(found);
  return found;
}

describe("listing packet sockets with many memberships", {
  skip: noNamespaces || lacking("ip", "python3"),
}, () => {
  ip("link add d0 type veth peer name d1");

  for (const memberships of [80, 85, 700])
    for (const [place, where] of ["first", "in the middle", "last"].entries())
      it(`gives all of them with ${memberships} on the one that is ${where}`, async () => {
        await using python = await sockets(memberships, place);
        const { holders } = held();
        assert.deepEqual(
          holders.map((holder) => [holder.kind, holder.kind === "socket" && holder.processes[0]?.pid]),
          Array.from({ length: 3 }, () => ["socket", python.pid]),
        );
        assert.ok(holders.every((holder) => holder.kind === "socket" && !holder.socket.memberships));
      });

  const unlistable: [memberships: number, place: number, where: string][] = [
    [900, 0, "first"],
    [900, 1, "in the middle"],
    [900, 2, "last"],
    [20_000, 0, "first"],
  ];
  for (const [memberships, place, where] of unlistable)
    it(`gives possible holders from the socket on that has ${memberships} and is ${where}`, async () => {
      await using python = await sockets(memberships, place);
      const { holders } = held();
      const known = holders.filter((holder) => holder.kind === "socket" && !holder.socket.memberships);
      const possible = holders.filter(
        (holder) => holder.kind === "socket" && holder.socket.memberships === "unknown",
      );
      assert.deepEqual([known.length, possible.length, holders.length], [place, 3 - place, 3]);
      for (const holder of holders)
        assert.equal(holder.kind === "socket" && holder.processes[0]?.pid, python.pid);
    });

  it("leaves units without proof unexplained, with all possible sockets as candidates", async () => {
    await using python = await HoldingProcess.python(`
for each in range(3):
    s = packet_socket()
    if each == 0:
        for number in range(900): add(s, "d0", MULTICAST, struct.pack(">HI", 0x0100, number))
    if each == 2: add(s, "d0", PROMISC)
    os.dup2(s.fileno(), 100 + each)
wait()`);
    const [holder, ...others] = held().holders;
    assert.deepEqual(others, []);
    assert.equal(holder?.kind, "unexplained");
    assert.deepEqual(
      holder.candidates.map((each) => each.kind === "socket" && each.processes[0]?.pid),
      [python.pid, python.pid, python.pid],
    );
    assert.match(promisc(["who", "d0"]).stdout, /whose memberships the kernel doesn't list/);
    assert.equal(promisc(["check", "--netns", "own"]).status, 1);
  });

  it("counts several units for one socket whose memberships have addresses", async () => {
    await using python = await HoldingProcess.python(`
s = packet_socket()
for number in range(3): add(s, "d0", PROMISC, bytes([2, 0, 0, 0, 0, number]))
wait()`);
    const { promiscuity, holders } = held();
    assert.equal(promiscuity, 3);
    const [holder, ...others] = holders;
    assert.deepEqual(others, []);
    assert.equal(holder?.kind, "socket");
    assert.deepEqual([holder.units, holder.processes[0]?.pid], [3, python.pid]);
  });
});
