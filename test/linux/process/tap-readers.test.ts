import assert from "node:assert/strict";
import { closeSync, openSync, statSync } from "node:fs";
import { describe, it } from "node:test";
import { NetworkNamespace } from "../../../src/linux/namespace/network-namespace.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { readProcessTable } from "../../../src/linux/process/process-table.js";
import { type TapReader, TapReaders } from "../../../src/linux/process/tap-readers.js";
import { noTun, Tun } from "../../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** Returns this process's readers. */
function ownReaders(): TapReader[] {
  const found = new TapReaders();
  readProcessTable({ onFile: found.examine });
  assert.equal(found.isPartial, false);
  return found.readers.filter(({ pid }) => pid === process.pid);
}

/** Returns the same without their descriptors and namespaces. */
function readers(): Pick<TapReader, "ifname" | "index">[] {
  return ownReaders()
    .map(({ pid: _, fd: __, netns: ___, ...reader }) => reader)
    .sort((a, b) => (a.ifname < b.ifname ? -1 : 1));
}

describe("the readers of tap devices", { skip: noNamespaces || noTun }, () => {
  it("are the processes that have /dev/net/tun attached to a device", () => {
    const unattached = openSync("/dev/net/tun", "r+");
    using _tap = new Tun("tap0", "tap");
    using _tun = new Tun("tun0", "tun");
    assert.deepEqual(readers(), [{ ifname: "tap0" }, { ifname: "tun0" }]);
    closeSync(unattached);
  });

  it("have the device's name after it was renamed", { skip: lacking("ip") }, () => {
    using _tap = new Tun("tap0", "tap");
    ip("link set tap0 name wire");
    assert.deepEqual(readers(), [{ ifname: "wire" }]);
  });

  it("have the namespace to which the device was moved", { skip: lacking("ip") }, (t) => {
    using _tap = new Tun("tap0", "tap");
    const own = statSync("/proc/self/ns/net").ino;
    if (ownReaders()[0]?.netns === undefined) return t.skip("this kernel doesn't tell a device's namespace");
    assert.deepEqual(
      ownReaders().map(({ netns }) => netns),
      [own],
    );
    using elsewhere = NetworkNamespace.create();
    ip(`link set tap0 netns /proc/${process.pid}/fd/${elsewhere.fd}`);
    assert.deepEqual(
      ownReaders().map(({ netns }) => netns),
      [elsewhere.inode],
    );
  });

  it("are not those who have a file that is only called tun or tap1", () => {
    const others = ["/dev/shm/tun", "/dev/shm/tap1"].map((path) => openSync(path, "w"));
    assert.deepEqual(readers(), []);
    for (const fd of others) closeSync(fd);
  });

  it("include the readers of macvtap devices", { skip: lacking("ip") }, (t) => {
    ip("link add d0 type veth peer name d1");
    ip("link add link d0 name mv0 type macvtap");
    using rtnetlink = new Rtnetlink();
    const { index } = rtnetlink.link("mv0", "read mv0");
    let fd: number;
    try {
      fd = openSync(`/dev/tap${index}`, "r+");
    } catch (error) {
      return t.skip(`needs a /dev that the kernel fills: ${(error as Error).message}`);
    }
    assert.deepEqual(readers(), [{ ifname: "mv0", index }]);
    closeSync(fd);
    assert.deepEqual(readers(), []);
  });
});
