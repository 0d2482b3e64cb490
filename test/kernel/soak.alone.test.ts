import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { noUnprivilegedNamespaces } from "../support/network/unprivileged-namespaces.js";
import { lacking } from "../support/process/peer.js";
import { soak } from "../support/watch/soak.js";

isolate();

/** In bytes. The systemd unit allows 512 MiB. */
const MOST_MEMORY = 400 * 2 ** 20;

describe("a watch during a storm of changes by an ordinary user", {
  skip: noNamespaces || noUnprivilegedNamespaces || lacking("ip", "python3", "setpriv", "bpftool"),
}, () => {
  it("survives, names everyone who holds for a tenth of a second, keeps its memory limit, and leaves nothing behind", async () => {
    ip("link add soak0 type veth peer name soak1");
    const { holders, named, memory, isAlive, events, left } = await soak("soak0", 30);
    assert.ok(holders.length > 20, `${holders.length} holders`);
    assert.deepEqual(named, holders, JSON.stringify(events));
    assert.ok(Math.max(...memory) < MOST_MEMORY, `${Math.max(...memory) / 2 ** 20} MiB`);
    assert.ok(isAlive);
    assert.deepEqual(left, []);
  });
});
