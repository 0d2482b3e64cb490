import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

describe("promisc without root", {
  skip: noNamespaces || noOtherUsers || lacking("ip", "setcap", "setpriv"),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
  after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  ip("link add v0 type veth peer name v1");

  /**
   * Makes a copy of node with a file capability, as the README describes. Returns undefined if the file system has no
   * file capabilities.
   */
  function nodeWith(capability: string): string | undefined {
    const node = join(folder, capability);
    copyFileSync(process.execPath, node);
    chmodSync(node, 0o755);
    const { status, stderr } = spawnSync("setcap", [`${capability}+ep`, node], { encoding: "utf8" });
    if (/Operation not supported/.test(stderr)) return undefined;
    assert.equal(status, 0, stderr);
    return node;
  }

  it("sets the flag with a copy of node that has cap_net_admin, but can't hold", (test) => {
    const node = nodeWith("cap_net_admin");
    if (!node) return test.skip("file capabilities don't work on this file system");
    const wrapper = [...nobody, node];
    assert.equal(
      promisc(["on", "v0"], { wrapper }).stdout,
      "v0: promiscuous: flag off -> on, count 0 -> 1\n",
    );
    assert.equal(promisc(["off", "v0", "--via", "ioctl"], { wrapper }).status, 0);
    assert.equal(promisc(["run", "v0", "--", "true"], { wrapper }).status, 3);
  });

  it("holds with a copy of node that has cap_net_raw, but can't set the flag", (test) => {
    const node = nodeWith("cap_net_raw");
    if (!node) return test.skip("file capabilities don't work on this file system");
    const wrapper = [...nobody, node];
    const { stdout } = promisc(["run", "v0", "--", "ip", "-d", "link", "show", "v0"], { wrapper });
    assert.match(stdout, /promiscuity 1/);
    assert.equal(promisc(["on", "v0"], { wrapper }).status, 3);
  });

  it("works with ambient capabilities", () => {
    const wrapper = [...nobody, "--inh-caps=+net_admin", "--ambient-caps=+net_admin"];
    assert.equal(promisc(["on", "v0"], { wrapper }).status, 0);
    assert.equal(promisc(["off", "v0"], { wrapper }).status, 0);
    assert.equal(promisc(["on", "v0"], { wrapper: nobody }).status, 3);
  });
});
