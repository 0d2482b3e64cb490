import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";

isolate();

/** Starts a process that makes namespaces with a holder in each, and ends them, as fast as possible. */
const coming = (name: string): Promise<HoldingProcess> =>
  HoldingProcess.start(
    "sh",
    [
      "-c",
      `echo ready; while :; do
         ip netns add ${name}
         ip netns exec ${name} sh -c "ip link add gone0 type veth peer name gone1; ip link set gone0 promisc on"
         ip netns del ${name}
       done`,
    ],
    "ready",
  );

describe("namespaces and processes that vanish while they are read", {
  skip: noNamespaces || lacking("ip"),
}, () => {
  sh("mkdir -p /run/netns");
  ip("link add stays0 type veth peer name stays1");
  ip("link set stays0 promisc on");

  it("don't disturb promisc who", async () => {
    await using _one = await coming("one");
    await using _two = await coming("two");
    let seen = 0;
    for (let run = 0; run < 15; run++) {
      const { status, stdout } = await new Running(["who"]).outcome;
      assert.equal(status, 0);
      assert.match(stdout, /^stays0: count 1\n {4}1 {2}the administrator's flag$/m);
      // If the interface still exists, each of its units is explained.
      for (const [found] of stdout.matchAll(/^gone0 .*\n.*$/gm)) {
        assert.match(found, /^gone0 .*\n {4}1 {2}the administrator's flag$/);
        seen++;
      }
    }
    assert.ok(seen > 0, "in 15 runs, there was none that comes and goes");
  });

  it("don't disturb promisc watch, which reports them", async () => {
    await using watch = new Running(["watch", "--json"]);
    await watch.hasBegun();
    await using _one = await coming("one");
    await using _two = await coming("two");
    await watch.says('"gone0"', 20);
    ip("link set stays0 promisc off");
    await watch.says('"stays0"');
    watch.process.kill("SIGINT");
    const { status, stdout } = await watch.outcome;
    assert.equal(status, 0);
    for (const line of stdout.trim().split("\n")) assert.equal(JSON.parse(line).schema, 1);
  });
});
