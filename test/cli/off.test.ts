import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

/** Runs `promisc off`, and then the command that it says releases the interface. */
function releaseAsSaid(name: string): { said: string; after: string } {
  const { stdout, stderr, status } = promisc(["off", name]);
  assert.equal(status, 0);
  assert.match(
    stdout,
    new RegExp(`^${name}: promiscuous: .*: 1 other holder keeps it promiscuous: \\S+\\n$`),
  );
  const [said = "", ...rest] = stderr
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("not everything"));
  assert.deepEqual(rest, []);
  const command = said.split(": ").slice(1).join(": ").split(", or ").at(-1) ?? "";
  const { status: result, stderr: errors } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
  assert.equal(result, 0, `${command}: ${errors}`);
  return { said, after: promisc(["off", name]).stdout };
}

describe("promisc off", { skip: noNamespaces || lacking("ip", "bridge", "sh") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link set v0 up");
  const released = "v0: not promiscuous: flag off -> off, count 0 -> 0\n";

  it("says that ending tcpdump releases the interface", { skip: noTcpdump }, async () => {
    ip("link set v0 promisc on");
    await using tcpdump = await HoldingProcess.tcpdump("-i", "v0");
    const ended = new Promise((resolve) => tcpdump.process.once("exit", resolve));
    const { said } = releaseAsSaid("v0");
    assert.equal(said, `tcpdump[${tcpdump.pid}] keeps it until it ends: kill ${tcpdump.pid}`);
    await ended;
    assert.equal(promisc(["off", "v0"]).stdout, released);
  });

  for (const [what, create, said, remove] of [
    [
      "taking a port out of its bridge",
      ["link add br0 type bridge", "link set v0 master br0"],
      "br0 keeps it while v0 is its port: ip link set dev v0 nomaster",
      "br0",
    ],
    [
      "setting down a passthru macvlan",
      ["link add m0 link v0 type macvlan mode passthru", "link set m0 up"],
      "m0 keeps it while it is up: ip link set dev m0 down",
      "m0",
    ],
    [
      "setting down a macvlan with an address of its own",
      ["link add m0 link v0 type macvlan mode bridge", "link set m0 up"],
      "addresses of m0 keep it while it is up: ip link set dev m0 down",
      "m0",
    ],
  ] as const)
    it(`says that ${what} releases the interface`, () => {
      for (const command of create) ip(command);
      assert.deepEqual(releaseAsSaid("v0"), { said, after: released });
      ip(`link del ${remove}`);
    });

  it("says which address to remove", () => {
    spawnSync("bridge", ["fdb", "add", "02:00:00:00:00:77", "dev", "v0", "self"]);
    assert.deepEqual(releaseAsSaid("v0"), {
      said: "the secondary address 02:00:00:00:00:77 keeps it: bridge fdb del 02:00:00:00:00:77 dev v0 self",
      after: released,
    });
  });

  it("says nothing else about an interface that nothing keeps", () => {
    assert.equal(promisc(["off", "v0"]).stderr, "");
    assert.equal(promisc(["on", "v0"]).stderr, "");
    promisc(["off", "v0"]);
  });
});
