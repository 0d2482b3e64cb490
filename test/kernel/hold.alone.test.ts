import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { PromiscError } from "../../src/errors.js";
import { holdPromiscuous } from "../../src/promiscuity/hold.js";
import { readInterface } from "../../src/promiscuity/read.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { spawn } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";

// Another promisc that looks for namespaces duplicates sockets for a moment, and the kernel counts them as long as that.
isolate();

const countOf = (name: string): number => readInterface(name).promiscuity;
const openFiles = (): number => readdirSync("/proc/self/fd").length;

describe("holdPromiscuous", { skip: noNamespaces || lacking("ip") }, () => {
  for (const name of ["v", "w"]) ip(`link add ${name}0 type veth peer name ${name}1`);
  ip("link property add dev w0 altname an-alternative-name");

  it("holds until it is disposed of, and reports what it changed", () => {
    {
      using hold = holdPromiscuous("v0");
      assert.equal(countOf("v0"), 1);
      assert.deepEqual(
        hold.interfaces.map(({ ifname, before, after }) => [ifname, before.promiscuity, after.promiscuity]),
        [["v0", 0, 1]],
      );
      assert.equal(hold.interfaces[0]?.after.promiscFlag, false);
    }
    assert.equal(countOf("v0"), 0);
  });

  it("is released when its signal aborts, also if that happened before", () => {
    const controller = new AbortController();
    using hold = holdPromiscuous("v0", { signal: controller.signal });
    assert.equal(countOf("v0"), 1);
    controller.abort();
    assert.equal(countOf("v0"), 0);
    assert.deepEqual(hold.release().length, 1);
    using _late = holdPromiscuous("v0", { signal: controller.signal });
    assert.equal(countOf("v0"), 0);
  });

  it("adds one unit per hold, beside the administrator's flag", () => {
    ip("link set v0 promisc on");
    using _first = holdPromiscuous("v0");
    using _second = holdPromiscuous(["v0", "w0"]);
    assert.deepEqual([countOf("v0"), countOf("w0")], [3, 1]);
    ip("link set v0 promisc off");
    assert.equal(countOf("v0"), 2);
  });

  it("adds one unit for an interface that is named twice, because the kernel counts a socket once", () => {
    using _hold = holdPromiscuous(["v0", "v0"]);
    assert.equal(countOf("v0"), 1);
  });

  it("releases once, and reports what that changed on interfaces that still exist", () => {
    ip("link add gone type veth peer name gone-peer");
    using hold = holdPromiscuous(["v0", "gone"]);
    ip("link del gone");
    assert.deepEqual(
      hold.release().map(({ ifname, before, after }) => [ifname, before.promiscuity, after.promiscuity]),
      [["v0", 1, 0]],
    );
    hold[Symbol.dispose]();
    assert.equal(countOf("v0"), 0);
  });

  it("holds all interfaces or none, and leaves no socket open", () => {
    const before = openFiles();
    for (const bad of ["nosuch", "", "a b"]) assert.throws(() => holdPromiscuous(["v0", bad]), PromiscError);
    assert.equal(countOf("v0"), 0);
    assert.equal(openFiles(), before);
    holdPromiscuous(["v0", "w0"])[Symbol.dispose]();
    assert.equal(openFiles(), before);
  });

  it("accepts an alternative name, and a name as ip prints it", () => {
    using _byAlternative = holdPromiscuous("an-alternative-name");
    using _asPrinted = holdPromiscuous("w0@w1");
    assert.equal(countOf("w0"), 2);
  });

  it("is not inherited by child processes", () => {
    const hold = holdPromiscuous("v0");
    const child = spawn("sleep", ["60"], { stdio: "inherit" });
    hold[Symbol.dispose]();
    assert.equal(countOf("v0"), 0);
    child.kill();
  });

  it("reports an interface that is removed or moved away, but not one that leaves a bridge", async () => {
    ip("link add br0 type bridge");
    ip("link add gone type veth peer name gone-peer");
    ip("link set gone master br0");
    ip("link add moved type veth peer name moved-peer");
    sh("mkdir -p /run/netns");
    ip("netns add other");
    const gone: string[] = [];
    using _hold = holdPromiscuous(["v0", "gone", "moved"], { onGone: (name) => gone.push(name) });
    ip("link set gone nomaster");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(gone, []);
    ip("link del gone");
    ip("link set moved netns other");
    while (gone.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(gone, ["gone", "moved"]);
  });
});
