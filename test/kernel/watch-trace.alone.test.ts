import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { processName } from "../../src/promiscuity/holders/process-name.js";
import { traceSystemCalls } from "../../src/promiscuity/watch/evidence/requests-from-calls.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";
import { noTracing } from "../support/watch/tracing.js";
import { Watching } from "../support/watch/watching.js";

isolate();

const run = promisify(execFile);

/** Runs a new process that adds a membership and ends at once, or after some seconds. Returns its number. */
async function holdFor(name: string, seconds: number): Promise<number> {
  const program = `
import socket, struct, os, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
m = struct.pack("iHH8s", socket.if_nametoindex("${name}"), 1, 0, b"")
print(os.getpid(), flush=True)
s.setsockopt(263, 1, m)
${seconds > 0 ? `time.sleep(${seconds})` : ""}
os._exit(0)
`;
  // The process isn't run synchronously, because calls of tests that run at the same time would flood the trace.
  return Number((await run("python3", ["-S", "-E", "-c", program])).stdout);
}

describe("watching with a trace", { skip: noNamespaces || noTracing || lacking("ip", "python3") }, () => {
  ip("link add v0 type veth peer name v1");

  it("names who sets and clears the flag with ip, with ifconfig and with promisc in both ways", {
    skip: lacking("ifconfig"),
  }, async () => {
    using watching = new Watching(traceSystemCalls);
    ip("link set v0 promisc on");
    sh("ifconfig v0 -promisc");
    promisc(["on", "v0", "--via", "ioctl"]);
    promisc(["off", "v0"]);
    assert.deepEqual(await watching.changesOf("v0", 4), [
      "0>1 +flag by ip[trace]",
      "1>0 -flag by ifconfig[trace]",
      "0>1 +flag by node[trace]",
      "1>0 -flag by node[trace]",
    ]);
  });

  it("ignores a refused attempt", async (test) => {
    using watching = new Watching(traceSystemCalls);
    const { status } = promisc(["on", "v0"], { wrapper: ["setpriv", "--bounding-set=-all"] });
    assert.equal(status, 3);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    ip("link set v0 promisc on");
    ip("link set v0 promisc off");
    const changes = await watching.changesOf("v0", 2);
    if (watching.hasLost("trace")) return test.skip("other tests flooded the trace");
    assert.deepEqual(changes, ["0>1 +flag by ip[trace]", "1>0 -flag by ip[trace]"]);
  });

  it("names who made a change while a user makes refused calls without end", {
    skip: noOtherUsers,
  }, async (test) => {
    await using storm = await HoldingProcess.python(`
import fcntl, threading
s = packet_socket()
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
index = socket.if_nametoindex("v0")
os.setresuid(65534, 65534, 65534)
def refused(ask, *args):
    try: ask(*args)
    except OSError: return
    os._exit(1)
print("ready", flush=True)
while True:
    refused(s.setsockopt, 263, 1, struct.pack("iHH8s", index, PROMISC, 9, b""))
    for flags in (0x1103, 0x1003):
        refused(fcntl.ioctl, s, 0x8914, struct.pack("16sH22x", b"v0", flags))
        try: netlink.send(struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, index, flags & 0x100, 0x100))
        except OSError: pass
`);
    using watching = new Watching(traceSystemCalls);
    const pids: number[] = [];
    for (let round = 0; round < 10; round++) {
      ip("link set v0 promisc on");
      ip("link set v0 promisc off");
      pids.push(await holdFor("v0", 0.001));
    }
    await watching.changesOf("v0", 40);
    if (watching.hasLost("trace")) return test.skip("other tests flooded the trace");
    assert.equal(storm.process.exitCode, null);
    const actors = watching.changes.flatMap(({ came, went }) =>
      [...came, ...went].flatMap(({ actor }) => (actor ? [processName(actor)] : [])),
    );
    assert.deepEqual(new Set(actors), new Set(["ip"]));
    assert.equal(actors.length, 20);
    assert.deepEqual(
      watching.changes.flatMap(({ came }) =>
        came.flatMap(({ holder }) => (holder?.kind === "socket" ? holder.processes[0]?.pid : [])),
      ),
      pids,
    );
  });

  for (const milliseconds of [0, 0.5, 2, 5, 20])
    it(`names each of 20 holders that live ${milliseconds} ms, with its process number`, async (test) => {
      using watching = new Watching(traceSystemCalls);
      const pids: number[] = [];
      while (pids.length < 20) pids.push(await holdFor("v0", milliseconds / 1000));
      await watching.changesOf("v0", 40);
      if (watching.hasLost("trace")) return test.skip("other tests flooded the trace");
      const came = watching.changes.flatMap(({ came }) => came);
      assert.deepEqual(
        came.map(({ holder }) => holder?.kind === "socket" && holder.processes[0]?.pid),
        pids,
      );
      const [first] = came;
      assert.equal(first?.holder?.kind, "socket");
      assert.match(first.holder.processes[0]?.args?.join(" ") ?? "", /python3\S* -S -E -c/);
    });

  it("distinguishes two processes that hold and release in turn, as fast as they can", async (test) => {
    const program = `
import socket, struct, os
m = struct.pack("iHH8s", socket.if_nametoindex("v0"), 1, 0, b"")
def flip():
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(263, 1, m)
    s.close()
for _ in range(200):
    child = os.fork()
    if child == 0:
        flip()
        os._exit(0)
    os.waitpid(child, 0)
    print(child)
`;
    using watching = new Watching(traceSystemCalls);
    const pids = (await run("python3", ["-c", program])).stdout.trim().split("\n").map(Number);
    await watching.changesOf("v0", 400);
    if (watching.hasLost("trace")) return test.skip("other tests flooded the trace");
    assert.deepEqual(
      watching.changes.flatMap(({ came }) =>
        came.map(({ holder }) => holder?.kind === "socket" && holder.processes[0]?.pid),
      ),
      pids,
    );
  });
});
