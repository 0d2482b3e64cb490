import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { InterfaceIoctl } from "../../src/linux/interface/interface-ioctl.js";
import { Rtnetlink } from "../../src/linux/netlink/rtnetlink.js";
import { readPacketSockets } from "../../src/linux/packet/packet-diag.js";
import { holdPromiscuous } from "../../src/promiscuity/hold.js";
import { readInterface } from "../../src/promiscuity/read.js";
import { PACKET_MR_PROMISC } from "../../src/wire/kernel/packet-mreq.js";
import { IFF_PROMISC } from "../../src/wire/kernel/rtnetlink/link.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";

isolate();

/** Returns the kernel's views of v0's promiscuity, each by the name of its interface. */
function views(): object {
  using rtnetlink = new Rtnetlink();
  using ioctl = new InterfaceIoctl();
  const link = rtnetlink.link("v0", "read v0");
  const state = readInterface("v0");
  const packetLines = readFileSync("/proc/net/packet", "latin1").trim().split("\n").slice(1);
  return {
    SIOCGIFFLAGS: Boolean(ioctl.flags("v0", "read v0") & IFF_PROMISC),
    ifi_flags: Boolean(link.flags & IFF_PROMISC),
    "ip link": /[<,]PROMISC[,>]/.test(ip("link show v0")),
    sysfs: Boolean(Number(readFileSync("/sys/class/net/v0/flags", "latin1")) & IFF_PROMISC),
    IFLA_PROMISCUITY: link.promiscuity,
    "/proc/net/packet": packetLines.map((line) => Number(line.trim().split(/\s+/)[4])),
    PACKET_DIAG: readPacketSockets()
      .sockets.flatMap(({ memberships }) => memberships ?? [])
      .filter(({ index, type }) => index === link.index && type === PACKET_MR_PROMISC)
      .map(({ count }) => count),
    promisc: [state.promiscFlag, state.promiscuous, state.promiscuity],
  };
}

function expected(flag: boolean, sockets: number): object {
  const count = Number(flag) + sockets;
  return {
    SIOCGIFFLAGS: flag,
    ifi_flags: flag,
    "ip link": flag,
    sysfs: count > 0,
    IFLA_PROMISCUITY: count,
    // The socket holds v0 but is bound to no interface, so this view shows interface 0.
    "/proc/net/packet": Array(sockets).fill(0),
    PACKET_DIAG: Array(sockets).fill(1),
    promisc: [flag, count > 0, count],
  };
}

describe("the kernel's views of promiscuity", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add v0 type veth peer name v1");

  it("agree when nothing holds the interface", () => {
    assert.deepEqual(views(), expected(false, 0));
  });

  it("disagree as documented for the flag, a membership, both, and one of them removed", () => {
    ip("link set v0 promisc on");
    assert.deepEqual(views(), expected(true, 0));
    ip("link set v0 promisc off");
    {
      using _hold = holdPromiscuous("v0");
      assert.deepEqual(views(), expected(false, 1));
      ip("link set v0 promisc on");
      assert.deepEqual(views(), expected(true, 1));
      ip("link set v0 promisc off");
      assert.deepEqual(views(), expected(false, 1));
      using _second = holdPromiscuous("v0");
      assert.deepEqual(views(), expected(false, 2));
      ip("link set v0 promisc on");
    }
    assert.deepEqual(views(), expected(true, 0));
    ip("link set v0 promisc off");
    assert.deepEqual(views(), expected(false, 0));
  });
});
