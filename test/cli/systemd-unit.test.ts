import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/namespace.js";
import { lacking } from "../support/peer.js";
import { Running } from "../support/program.js";

isolate();

const unit = fileURLToPath(new URL("../../../systemd/promisc-watch.service", import.meta.url));

describe("the systemd unit", () => {
  it("is one that systemd accepts", { skip: lacking("systemd-analyze") }, () => {
    const { stderr } = spawnSync("systemd-analyze", ["verify", "--recursive-errors=no", unit], {
      encoding: "utf8",
    });
    const complaints = stderr.split("\n").filter((line) => line.startsWith("promisc-watch.service"));
    // The program may not be installed here.
    assert.deepEqual(
      complaints.filter((line) => !line.includes("/usr/local/bin/promisc is not executable")),
      [],
    );
  });

  it("grants the capabilities that watch needs to see into other namespaces", {
    skip: noNamespaces || noOtherUsers || lacking("ip", "setpriv"),
  }, async () => {
    const granted = /^CapabilityBoundingSet=(.*)$/m.exec(readFileSync(unit, "utf8"))?.[1] ?? "";
    const only = `-all,${granted.toLowerCase().replaceAll("cap_", "+").replaceAll(" ", ",")}`;
    spawnSync("mkdir", ["-p", "/run/netns"]);
    ip("netns add elsewhere");
    ip("-n elsewhere link add served0 type veth peer name served1");
    const wrapper = ["setpriv", "--bounding-set", only, "--inh-caps", only, "--no-new-privs"];
    await using watch = new Running(["watch", "served0"], wrapper);
    await watch.hasBegun();
    ip("-n elsewhere link set served0 promisc on");
    await watch.says("served0 in elsewhere: count 0 -> 1");
  });
});
