import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OpenTransport } from "../../../src/linux/netlink/netlink-connection.js";
import { NETLINK_ROUTE, NetlinkSocket } from "../../../src/linux/netlink/netlink-socket.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { NLM_F_DUMP_INTR, readMessages } from "../../../src/wire/kernel/netlink/message.js";
import { ipBatch } from "../../support/network/ip-batch.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { spawn } from "../../support/process/child-process.js";

isolate();

const STEADY = 200;
const WANTED_INTERRUPTIONS = 10;
const TIME_LIMIT_MS = 8000;

/** Opens sockets that count how often the kernel reports an interrupted dump. */
function counting(count: { interruptions: number }): OpenTransport {
  return (receiveSize) => {
    const socket = new NetlinkSocket(NETLINK_ROUTE, { receiveSize });
    return {
      send: (datagram) => socket.send(datagram),
      receive() {
        const received = socket.receive();
        if (readMessages(received.bytes).some(({ flags }) => flags & NLM_F_DUMP_INTR)) count.interruptions++;
        return received;
      },
      [Symbol.dispose]: () => socket[Symbol.dispose](),
    };
  };
}

describe("reading links while others are added and removed", { skip: noNamespaces }, () => {
  ipBatch(Array.from({ length: STEADY / 2 }, (_, n) => `link add s${n} type veth peer name t${n}`));

  it("gives those that stay, each once, although the kernel interrupts some dumps", async () => {
    const churn = spawn(
      "sh",
      ["-c", "while :; do ip link add u0 type veth peer name u1; ip link del u0; done"],
      {
        stdio: "ignore",
      },
    );
    const count = { interruptions: 0 };
    let dumps = 0;
    try {
      using rtnetlink = new Rtnetlink(counting(count));
      const limit = performance.now() + TIME_LIMIT_MS;
      while (count.interruptions < WANTED_INTERRUPTIONS && performance.now() < limit) {
        const names = rtnetlink.links().map(({ name = "" }) => name);
        assert.equal(new Set(names).size, names.length, "a link came twice");
        assert.equal(names.filter((name) => /^[st]\d+$/.test(name)).length, STEADY);
        dumps++;
      }
    } finally {
      churn.kill("SIGKILL");
    }
    assert.ok(count.interruptions > 0, `no interruption in ${dumps} dumps`);
  });
});
