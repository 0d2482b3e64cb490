import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { watchPromiscuity } from "../../src/promiscuity/watch/watch.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { execFileSync } from "../support/process/child-process.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Watching } from "../support/watch/watching.js";

isolate();

const hold = (name: string): Promise<HoldingProcess> =>
  HoldingProcess.python(`s = packet_socket()\nadd(s, "${name}", PROMISC)\nwait()`);

/** Adds and drops a membership many times, as fast as possible. */
function flip(name: string, times: number): void {
  const program = `
import socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
m = struct.pack("iHH8s", socket.if_nametoindex("${name}"), 1, 0, b"")
for _ in range(${times}):
    s.setsockopt(263, 1, m)
    s.setsockopt(263, 2, m)
`;
  execFileSync("python3", ["-c", program]);
}

describe("watchPromiscuity", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  sh("mkdir -p /run/netns");
  let made = 0;
  function veth(): string {
    const name = `v${made++}`;
    ip(`link add ${name} type veth peer name ${name}p`);
    ip(`link set ${name} up`);
    return name;
  }

  it("reports nothing about the state before its start", async () => {
    const name = veth();
    ip(`link set ${name} promisc on`);
    using watching = new Watching();
    ip(`link set ${name} mtu 1400`);
    ip(`link set ${name} promisc off`);
    assert.deepEqual(await watching.changesOf(name, 1), ["1>0 -flag[link]"]);
  });

  it("reports changes of the flag and by sockets, and names the process", async () => {
    const name = veth();
    using watching = new Watching();
    ip(`link set ${name} promisc on`);
    {
      await using _python = await hold(name);
      await watching.changesOf(name, 2);
    }
    await watching.changesOf(name, 3);
    ip(`link set ${name} promisc off`);
    assert.deepEqual(await watching.changesOf(name, 4), [
      "0>1 +flag[link]",
      "1>2 +python3[socket]",
      "2>1 -python3[socket]",
      "1>0 -flag[link]",
    ]);
  });

  it("names all processes that share a socket while one of them opens and closes others", async () => {
    const name = veth();
    using watching = new Watching();
    await using _sharing = await HoldingProcess.python(`
s = packet_socket()
parent = os.getpid()
for busy in True, False:
    if os.fork() == 0:
        while os.getppid() == parent:
            if not busy: time.sleep(0.1)
            opened = [os.dup(0) for _ in range(200)]
            for fd in opened: os.close(fd)
        os._exit(0)
time.sleep(0.05)
add(s, "${name}", PROMISC)
wait()`);
    await watching.changesOf(name, 1);
    const [holder] = watching.changes.flatMap(({ came }) => came.map((each) => each.holder));
    assert.equal(holder?.kind, "socket");
    assert.equal(holder.processes.length, 3);
  });

  it("names the device above that is added and removed, even within one moment", async () => {
    const name = veth();
    ip("link add br0 type bridge");
    using watching = new Watching();
    ip(`link set ${name} master br0`);
    ip(`link set ${name} nomaster`);
    assert.deepEqual(await watching.changesOf(name, 3), [
      "0>0 multicast 0>1 +br0[link]",
      "0>1 +br0[link]",
      "1>0 multicast 1>0 -br0[link] -br0[link]",
    ]);
  });

  it("names a macvlan in another namespace, though the device below gets no event of its own", async () => {
    const name = veth();
    ip("netns add there");
    using watching = new Watching();
    ip(`link add mac0 link ${name} type macvlan mode bridge`);
    ip("link set mac0 netns there");
    ip("-n there link set mac0 up");
    await watching.changesOf(name, 1);
    ip("-n there link set mac0 promisc on");
    await watching.changesOf(name, 2);
    ip("-n there link set mac0 promisc off");
    assert.deepEqual(await watching.changesOf(name, 3), [
      "0>1 +unicast-addresses[link]",
      "1>2 +mac0[link]",
      "2>1 -mac0[link]",
    ]);
    ip("netns del there");
  });

  it("reports a new name, a move to another namespace and a removal", async () => {
    const name = veth();
    ip("netns add elsewhere");
    ip(`link set ${name} promisc on`);
    using watching = new Watching();
    ip(`link set ${name} down`);
    ip(`link set ${name} name renamed`);
    ip("link set renamed netns elsewhere");
    await watching.changesOf("renamed", 2);
    ip("-n elsewhere link del renamed");
    assert.deepEqual(await watching.changesOf("renamed", 3), [
      "1>0 moved -flag[link]",
      "0>1 appeared +flag[link]",
      "1>0 removed -flag[link]",
    ]);
    assert.deepEqual(
      watching.events.flatMap((event) => (event.event === "renamed" ? [[event.from, event.ifname]] : [])),
      [[name, "renamed"]],
    );
    ip("netns del elsewhere");
  });

  it("watches a namespace that appears later, and doesn't keep it alive", async () => {
    const name = veth();
    using watching = new Watching();
    ip("netns add later");
    ip("link add to-later type veth peer name in-later netns later");
    ip("-n later link set in-later promisc on");
    await watching.changesOf("in-later", 1);
    ip("-n later link set in-later promisc off");
    await watching.changesOf("in-later", 2);
    ip("netns del later");
    // The veth pair disappears with the namespace.
    await watching.until(() => !ip("link").includes("to-later"));
    ip(`link set ${name} promisc on`);
    assert.deepEqual(await watching.changesOf(name, 1), ["0>1 +flag[link]"]);
  });

  it("reports that holders are gone when their namespace is deleted", async () => {
    const name = veth();
    ip("netns add doomed");
    ip("-n doomed link add d0 type veth peer name d1");
    ip("-n doomed link add dbr type bridge");
    ip("-n doomed link set d1 master dbr");
    using watching = new Watching();
    ip("-n doomed link set d0 promisc on");
    await watching.changesOf("d0", 1);
    ip("netns del doomed");
    assert.deepEqual(await watching.changesOf("d0", 2), ["0>1 +flag[link]", "1>0 removed -flag[link]"]);
    assert.deepEqual(await watching.changesOf("d1", 1), ["1>0 multicast 1>0 removed -dbr[link] -dbr[link]"]);
    ip(`link set ${name} promisc on`);
    await watching.changesOf(name, 1);
  });

  it("names sockets that are listed after one with more memberships than the kernel lists", async () => {
    const name = veth();
    using watching = new Watching();
    await using _hiding = await HoldingProcess.python(`
s = packet_socket()
for number in range(900): add(s, "${name}", MULTICAST, struct.pack(">HI", 0x0100, number))
s = [s, packet_socket()]
add(s[1], "${name}", PROMISC)
wait()`);
    await watching.changesOf(name, 1);
    const [holder] = watching.changes.flatMap(({ came }) => came.map((each) => each.holder));
    assert.equal(holder?.kind, "unexplained");
    assert.deepEqual(
      holder.candidates.map((each) => each.kind === "socket" && each.processes[0]?.pid),
      [_hiding.pid, _hiding.pid],
    );
  });

  it("accounts for each of 10,000 changes made as fast as possible, or reports that some were lost", async () => {
    const name = veth();
    // The kernel writes to its log only for the first unit, which would slow down the changes.
    ip(`link set ${name} promisc on`);
    using watching = new Watching();
    flip(name, 5000);
    ip(`link set ${name} promisc off`);
    await watching.until(() => watching.changes.at(-1)?.after.promiscuity === 0);
    const wasLost = watching.events.some(({ event }) => event === "lost");
    const counts = watching.changes.map(({ before, after }) => [before.promiscuity, after.promiscuity]);
    assert.ok(wasLost || counts.length === 10_001, `${counts.length} changes, and no word of a loss`);
    counts.forEach(([before], at) => {
      if (at > 0) assert.equal(before, counts[at - 1]?.[1], `change ${at} doesn't go on from the one before`);
    });
  });

  it("reports the time of the machine's clock, also after the clock was set", async (context) => {
    const name = veth();
    using watching = new Watching();
    // Pretend that the clock was set since this process started, as if performance.timeOrigin were wrong by an hour.
    const origin = performance.timeOrigin - 3_600_000;
    Object.defineProperty(performance, "timeOrigin", { value: origin, configurable: true });
    context.after(() => Reflect.deleteProperty(performance, "timeOrigin"));
    const before = Date.now();
    ip(`link set ${name} promisc on`);
    await watching.changesOf(name, 1);
    const [{ time } = { time: "" }] = watching.changes;
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.ok(before <= Date.parse(time) && Date.parse(time) <= Date.now(), time);
  });

  it("reports that events were lost, and the state after that", async () => {
    const name = veth();
    ip(`link set ${name} promisc on`);
    using watching = new Watching();
    // More events come than the socket has room for, while the event loop stands still.
    flip(name, 30_000);
    ip(`link set ${name} promisc off`);
    await watching.until(() => watching.changes.at(-1)?.after.promiscuity === 0);
    assert.equal(watching.events.filter(({ event }) => event === "lost").length, 1);
  });

  it("ends when its signal aborts, and leaves nothing open", async () => {
    const name = veth();
    const sockets = (): number => readFileSync("/proc/self/net/netlink", "latin1").split("\n").length;
    const before = sockets();
    const controller = new AbortController();
    const seen: string[] = [];
    for await (const event of watchPromiscuity({ signal: controller.signal })) {
      if (event.event === "start") {
        ip(`link set ${name} promisc on`);
        ip(`link set ${name} promisc off`);
      }
      if (event.event === "change" && event.ifname === name) seen.push(`${event.after.promiscuity}`);
      if (seen.length === 2) controller.abort();
    }
    assert.deepEqual(seen, ["1", "0"]);
    assert.equal(sockets(), before);
  });
});
