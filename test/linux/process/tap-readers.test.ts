import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { describe, it } from "node:test";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { readProcessTable } from "../../../src/linux/process/process-table.js";
import { type TapReader, TapReaders } from "../../../src/linux/process/tap-readers.js";
import { noTun, Tun } from "../../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** Returns this process's readers, without their descriptors. */
function readers(): Pick<TapReader, "ifname" | "index">[] {
  const found = new TapReaders();
  readProcessTable({ onFile: found.examine });
  assert.equal(found.isPartial, false);
  return found.readers
    .filter(({ pid }) => pid === process.pid)
    .map(({ pid: _, fd: __, ...reader }) => reader)
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
