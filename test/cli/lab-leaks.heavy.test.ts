import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";

isolate();

const churn = fileURLToPath(new URL("../support/lan/lab-churn.js", import.meta.url));
const skip = noNamespaces || noTun || noOtherUsers || lacking("unshare", "setpriv");

describe("labs that end or are killed", { skip, timeout: 280_000 }, () => {
  it("leave no namespace, process or open file behind, with 50 of them made, and 50 killed at any moment", () => {
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["--user", "--map-root-user", "--net", "--mount", process.execPath, churn],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { filesLeft: 0, processesLeft: [], hosts: 100 });
  });
});
