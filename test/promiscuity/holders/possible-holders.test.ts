import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPacketSockets } from "../../../src/linux/packet/packet-diag.js";
import { readProcNetPacket } from "../../../src/linux/packet/proc-net-packet.js";
import { holdPromiscuous } from "../../../src/promiscuity/hold.js";
import { accountFor } from "../../../src/promiscuity/holders/accounting.js";
import { claimsOn, gatherEvidence } from "../../../src/promiscuity/holders/claims.js";
import { socketFacts } from "../../../src/promiscuity/holders/facts.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("without PACKET_DIAG, packet sockets", { skip: noNamespaces || lacking("ip") }, () => {
  it("are listed by /proc/net/packet too, without their memberships", () => {
    ip("link add v0 type veth peer name v1");
    using _hold = holdPromiscuous("v0");
    const [full, ...others] = readPacketSockets().sockets;
    const [poor] = readProcNetPacket();
    assert.equal(others.length, 0);
    assert.deepEqual(
      [poor?.inode, poor?.type, poor?.protocol, poor?.uid, poor?.info?.index],
      [full?.inode, full?.type, full?.protocol, full?.uid, full?.info?.index],
    );
    assert.equal(poor?.memberships, undefined);
  });

  it("are possible holders only, or candidates if there are more of them than units", () => {
    const link = { family: 0, type: 1, index: 7, flags: 0, change: 0, promiscuity: 1 };
    const socket = (inode: number, index: number) => ({
      type: 3,
      protocol: 3,
      inode,
      info: { index, version: 0, reserve: 0, copyThreshold: 0, timestamp: 0, flags: 0 },
    });
    const sockets = [socket(1, 7), socket(2, 0), socket(3, 8)];
    const namespace = { inode: 1, sockets, unicastAddresses: new Map() };
    const evidence = gatherEvidence(namespace, new Map(), link, new Map());
    const claims = claimsOn(evidence, "promiscuity", (each, units) => ({
      kind: "socket",
      units,
      socket: socketFacts(each),
      processes: [],
    }));
    const [holder, ...others] = accountFor(1, claims);
    assert.equal(others.length, 0);
    assert.equal(holder?.kind, "unexplained");
    assert.deepEqual(
      holder.candidates.map((each) => each.kind === "socket" && each.socket.inode),
      // The third socket is bound to another interface, but may hold this one all the same.
      [1, 2, 3],
    );
  });
});
