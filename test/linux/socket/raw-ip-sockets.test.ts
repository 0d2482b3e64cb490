import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { readRawIpSockets } from "../../../src/linux/socket/raw-ip-sockets.js";
import { countSockets } from "../../../src/linux/socket/socket-count.js";
import { AF_INET, AF_INET6 } from "../../../src/wire/kernel/address-family.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { HoldingProcess } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("raw IP sockets", { skip: noNamespaces || lacking("python3") }, () => {
  it("are none if nobody opened one", () =>
    assert.deepEqual(readRawIpSockets(countSockets()), { sockets: [], hasMore: false }));

  it("are listed by family, protocol, inode and user, without those that only send", async () => {
    await using python = await HoldingProcess.python(`
for fd, family, protocol in (100, socket.AF_INET, 1), (101, socket.AF_INET6, 58), (102, socket.AF_INET, 255):
    s = socket.socket(family, socket.SOCK_RAW, protocol)
    os.dup2(s.fileno(), fd)
    s.close()
wait()`);
    const inode = (fd: number): number =>
      Number(/\d+/.exec(readlinkSync(`/proc/${python.pid}/fd/${fd}`))?.[0]);
    assert.deepEqual(readRawIpSockets(countSockets()), {
      sockets: [
        { family: AF_INET, protocol: 1, inode: inode(100), uid: 0 },
        { family: AF_INET6, protocol: 58, inode: inode(101), uid: 0 },
      ],
      hasMore: false,
    });
  });
});
