import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readInterface } from "../../src/promiscuity/read.js";
import { runPromiscuous } from "../../src/promiscuity/run.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";

isolate();

describe("runPromiscuous", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add v0 type veth peer name v1");

  it("ends the command by SIGTERM when its signal aborts, and holds the interface until then", async () => {
    const controller = new AbortController();
    const end = runPromiscuous("v0", "sleep", ["60"], { signal: controller.signal });
    assert.equal(readInterface("v0").promiscuity, 1);
    controller.abort();
    assert.deepEqual(await end, { signal: "SIGTERM" });
    assert.equal(readInterface("v0").promiscuity, 0);
  });

  it("ends the command at once if its signal has aborted before", async () => {
    const end = await runPromiscuous("v0", "sleep", ["60"], { signal: AbortSignal.abort() });
    assert.deepEqual(end, { signal: "SIGTERM" });
  });
});
