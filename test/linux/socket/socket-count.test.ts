import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countSockets, socketsOf } from "../../../src/linux/socket/socket-count.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { HoldingProcess } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("the number of a protocol's sockets", { skip: noNamespaces || lacking("python3") }, () => {
  it("is that of the network namespace, whether or not they are bound", async () => {
    assert.equal(socketsOf(countSockets(), "PACKET"), 0);
    await using python = await HoldingProcess.python("sockets = [packet_socket() for _ in range(3)]; wait()");
    assert.ok(python.pid);
    assert.equal(socketsOf(countSockets(), "PACKET"), 3);
  });

  it("isn't known without /proc/net/protocols", () =>
    assert.equal(socketsOf(undefined, "PACKET"), undefined));

  it("is 0 for a protocol that the kernel doesn't have, even if another's name begins alike", () => {
    assert.equal(socketsOf(countSockets(), "PACK"), 0);
    assert.equal(socketsOf(countSockets(), "NOSUCH"), 0);
  });
});
