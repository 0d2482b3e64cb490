import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { readXdpQueues, showsSocketsOfQueues } from "../../../src/linux/packet/xdp-sockets.js";
import { countSockets } from "../../../src/linux/socket/socket-count.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { receiveByXdpSocket } from "../../support/network/xdp-socket.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("the queues that AF_XDP sockets receive from", {
  skip: noNamespaces || lacking("ip", "python3"),
}, () => {
  ip("link add d0 type veth peer name d1");
  ip("link set d0 up");
  ip("link set d1 up");

  it("are none if there is no such socket", () =>
    assert.deepEqual(readXdpQueues(countSockets()), { values: [], unseen: [] }));

  it("are those that a socket is bound to", async () => {
    await using python = await receiveByXdpSocket("d0");
    assert.ok(python.pid);
    using rtnetlink = new Rtnetlink();
    const index = rtnetlink.link("d0", "read d0").index;
    const { values, unseen } = readXdpQueues(countSockets());
    assert.deepEqual(unseen, []);
    assert.deepEqual(
      values.map((each) => [each.index, each.queue]),
      [[index, 0]],
    );
  });
});

describe("a kernel that lists queues", () => {
  const kernels: [release: string, shows: boolean][] = [
    ["6.18.44", true],
    ["6.15.0-rc1", true],
    ["7.0", true],
    ["6.12.38+deb13-amd64", false],
    ["5.14.0-611.el9.x86_64", false],
  ];
  for (const [release, shows] of kernels)
    it(`${shows ? "shows" : "may not show"} which of them have AF_XDP sockets, if it is ${release}`, () =>
      assert.equal(showsSocketsOfQueues(release), shows));
});
