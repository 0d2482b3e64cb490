import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NETLINK_ROUTE, NetlinkSocket } from "../../../src/linux/netlink/netlink-socket.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";

isolate();

describe("a netlink socket that receives 256 bytes at a time", { skip: noNamespaces }, () => {
  const names = ["a0", "b0", "c0", "d0", "e0"];
  for (const name of names) ip(`link add ${name} type veth peer name ${name.replace("0", "1")}`);

  it("returns the real length of datagrams that it cuts off, and all links are read", () => {
    const sizes: number[] = [];
    using rtnetlink = new Rtnetlink((wanted) => {
      const receiveSize = sizes.length === 0 ? 256 : wanted;
      sizes.push(receiveSize);
      return new NetlinkSocket(NETLINK_ROUTE, { receiveSize });
    });
    const read = rtnetlink.links().map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !read.includes(name)),
      [],
    );
    assert.ok(sizes.length > 1 && sizes.slice(1).every((size) => size > 256), `opened for ${sizes}`);
  });

  it("has nothing to receive before something is sent", () => {
    using socket = new NetlinkSocket(NETLINK_ROUTE, { receiveSize: 256 });
    assert.equal(socket.receiveWaiting(), undefined);
  });

  it("can be disposed of twice", () => {
    const socket = new NetlinkSocket(NETLINK_ROUTE);
    socket[Symbol.dispose]();
    socket[Symbol.dispose]();
  });
});
