import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readInterface } from "../../src/promiscuity/read.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";

isolate();

const countOf = (name: string): number => readInterface(name).promiscuity;

async function countBecomes(name: string, count: number): Promise<void> {
  for (let tries = 0; countOf(name) !== count; tries++) {
    assert.ok(tries < 400, `${name} has count ${countOf(name)}, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("promisc hold", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link add w0 type veth peer name w1");

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    it(`releases the interface at ${signal}, prints that, and exits with 0`, async () => {
      await using hold = new Running(["hold", "v0", "w0"]);
      await hold.says("w0: held");
      assert.deepEqual([countOf("v0"), countOf("w0")], [1, 1]);
      hold.process.kill(signal);
      const { status, stdout, stderr } = await hold.outcome;
      assert.deepEqual([status, stderr], [0, ""]);
      assert.equal(
        stdout,
        [
          "v0: held promiscuous: count 0 -> 1; Ctrl-C lets go",
          "w0: held promiscuous: count 0 -> 1; Ctrl-C lets go",
          "v0: let go: count 1 -> 0",
          "w0: let go: count 1 -> 0",
          "",
        ].join("\n"),
      );
      assert.deepEqual([countOf("v0"), countOf("w0")], [0, 0]);
    });

  it("leaves no interface promiscuous after kill -9", async () => {
    await using hold = new Running(["hold", "v0"]);
    await hold.says("held");
    assert.equal(countOf("v0"), 1);
    hold.process.kill("SIGKILL");
    await hold.outcome;
    await countBecomes("v0", 0);
  });

  it("prints that others still hold the interface", async () => {
    ip("link set v0 promisc on");
    await using hold = new Running(["hold", "v0"]);
    await hold.says("held");
    hold.process.kill("SIGINT");
    assert.match((await hold.outcome).stdout, /^v0: let go, still promiscuous: count 2 -> 1$/m);
    ip("link set v0 promisc off");
  });

  it("prints one line of JSON per event with --json", async () => {
    await using hold = new Running(["hold", "--json", "v0"]);
    await hold.says("held");
    hold.process.kill("SIGINT");
    const events = (await hold.outcome).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      events.map(({ schema, event, ifname }) => [schema, event, ifname]),
      [
        [1, "held", "v0"],
        [1, "released", "v0"],
      ],
    );
  });

  it("reports an interface that is removed, goes on with the others, and ends when none is left", async () => {
    ip("link add gone0 type veth peer name gone1");
    ip("link add last0 type veth peer name last1");
    await using hold = new Running(["hold", "gone0", "last0"]);
    await hold.says("last0: held");
    ip("link del gone0");
    await hold.hasSaid("gone0");
    assert.equal(countOf("last0"), 1);
    ip("link del last0");
    const { status, stderr } = await hold.outcome;
    assert.equal(status, 4);
    assert.match(stderr, /^promisc: cannot hold gone0 promiscuous any longer: it was removed, or moved/m);
    assert.match(stderr, /^promisc: cannot hold last0 promiscuous any longer/m);
  });

  it("holds none of several interfaces if it can't hold all", async () => {
    await using hold = new Running(["hold", "v0", "nosuch"]);
    assert.equal((await hold.outcome).status, 4);
    assert.equal(countOf("v0"), 0);
  });
});
