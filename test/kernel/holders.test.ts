import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdPromiscuous } from "../../src/promiscuity/hold.js";
import type { Holder } from "../../src/promiscuity/holders/holder.js";
import { processName } from "../../src/promiscuity/holders/process-name.js";
import { readPromiscuity } from "../../src/promiscuity/holders/read.js";
import type { InterfaceHolders } from "../../src/promiscuity/holders/report.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";

isolate();

function stateOf(name: string, netns = "own"): InterfaceHolders {
  const found = readPromiscuity().interfaces.find(
    (state) =>
      state.ifname === name && (netns === "own" ? state.netns.own : state.netns.names.includes(netns)),
  );
  assert.ok(found, `${name} isn't in the report`);
  return found;
}

const sum = (holders: readonly Holder[]): number => holders.reduce((total, { units }) => total + units, 0);

/** Returns the holders of an interface as short words. Asserts that their units add up to both counts. */
function holdersOf(name: string, netns?: string): { promiscuity: string[]; allmulti: string[] } {
  const state = stateOf(name, netns);
  assert.equal(sum(state.holders), state.promiscuity);
  assert.equal(sum(state.allmultiHolders), state.allmulti);
  return { promiscuity: state.holders.map(inShort), allmulti: state.allmultiHolders.map(inShort) };
}

function inShort(holder: Holder): string {
  switch (holder.kind) {
    case "socket":
      return `socket of ${holder.processes.map(processName).join("+")}`;
    case "device":
      return `${holder.device.infoKind} ${holder.device.ifname}`;
    case "unicast-addresses":
      return `addresses of ${[...holder.devices.map(({ ifname }) => ifname), ...holder.sockets.map(() => "socket")].join("+")}`;
    default:
      return holder.kind;
  }
}

const nothing: string[] = [];

describe("the holders of an interface", {
  skip: noNamespaces || lacking("ip", "python3", "bridge"),
}, () => {
  sh("mkdir -p /run/netns");
  ip("netns add other");
  let made = 0;

  /** Makes a new veth that is up, together with its peer. */
  function veth(): string {
    const name = `v${made++}`;
    ip(`link add ${name} type veth peer name ${name}p`);
    ip(`link set ${name} up`);
    ip(`link set ${name}p up`);
    return name;
  }

  it("are none if nothing holds it", () => {
    assert.deepEqual(holdersOf(veth()), { promiscuity: nothing, allmulti: nothing });
  });

  it("include the administrator's flag, whichever way it was set, also for all-multicast", () => {
    const name = veth();
    ip(`link set ${name} promisc on`);
    ip(`link set ${name} allmulticast on`);
    assert.deepEqual(holdersOf(name), { promiscuity: ["flag"], allmulti: ["flag"] });
  });

  it("include tcpdump, alone and beside the flag", { skip: noTcpdump }, async () => {
    const name = veth();
    await using _tcpdump = await HoldingProcess.tcpdump("-i", name);
    assert.deepEqual(holdersOf(name).promiscuity, ["socket of tcpdump"]);
    ip(`link set ${name} promisc on`);
    assert.deepEqual(holdersOf(name).promiscuity, ["flag", "socket of tcpdump"]);
  });

  it("include dumpcap", { skip: noTcpdump || lacking("dumpcap") }, async () => {
    const name = veth();
    await using _dumpcap = await HoldingProcess.start(
      "dumpcap",
      ["-i", name, "-w", "/dev/null"],
      "File: /dev/null",
    );
    assert.deepEqual(holdersOf(name).promiscuity, ["socket of dumpcap"]);
  });

  it("have the facts about their process", async () => {
    const name = veth();
    const program = `s = packet_socket()\nadd(s, "${name}", PROMISC)\nwait()`;
    await using python = await HoldingProcess.python(program);
    const [holder] = stateOf(name).holders;
    assert.equal(holder?.kind, "socket");
    const [process, ...others] = holder.processes;
    assert.deepEqual(others, []);
    assert.equal(process?.pid, python.pid);
    assert.equal(process.comm, "python3");
    assert.match(process.args?.[0] ?? "", /python3[.\d]*$/);
    assert.deepEqual(process.args?.slice(1, 3), ["-u", "-c"]);
    assert.ok(process.args[3]?.endsWith(program));
    assert.match(process.exe ?? "", /\/python3[.\d]*$/);
    assert.deepEqual([process.uid, process.user], [0, "root"]);
    const age = Date.now() - Date.parse(process.started ?? "");
    assert.ok(age > -100 && age < 30_000, `started ${age} ms ago`);
    assert.ok(process.cgroup?.startsWith("/"));
  });

  it("don't include tcpdump -p and tcpdump -i any, which capture without holding", {
    skip: noTcpdump,
  }, async () => {
    const name = veth();
    await using _withoutPromisc = await HoldingProcess.tcpdump("-p", "-i", name);
    await using _any = await HoldingProcess.tcpdump("-i", "any");
    assert.deepEqual(holdersOf(name).promiscuity, nothing);
    const capturing = readPromiscuity().capturing.filter(({ netns }) => netns.own);
    assert.deepEqual(
      capturing.map(({ ifname, processes }) => [ifname, processes[0]?.args?.slice(4).join(" ")]).sort(),
      [
        [name, `-p -i ${name}`],
        [undefined, "-i any"],
      ].sort(),
    );
  });

  it("weigh one unit for a socket that added twice, and two for two sockets of one process", async () => {
    const name = veth();
    await using _twice = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", PROMISC)\nadd(s, "${name}", PROMISC)\nwait()`,
    );
    assert.deepEqual(holdersOf(name).promiscuity, ["socket of python3"]);
    await using _two = await HoldingProcess.python(
      `a, b = packet_socket(), packet_socket()\nadd(a, "${name}", PROMISC)\nadd(b, "${name}", PROMISC)\nwait()`,
    );
    assert.deepEqual(holdersOf(name).promiscuity, Array(3).fill("socket of python3"));
  });

  it("include a membership for all multicast under all-multicast only", async () => {
    const name = veth();
    await using _socket = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", ALLMULTI)\nwait()`,
    );
    assert.deepEqual(holdersOf(name), { promiscuity: nothing, allmulti: ["socket of python3"] });
  });

  it("include a membership for a unicast address on a device that has no address filter", async () => {
    const name = veth();
    await using _socket = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", UNICAST, bytes.fromhex("020000000009"))\nwait()`,
    );
    const [holder] = stateOf(name).holders;
    assert.equal(holder?.kind, "unicast-addresses");
    assert.deepEqual(holder.addresses, ["02:00:00:00:00:09"]);
    assert.equal(holder.sockets.length, 1);
    assert.equal(stateOf(name).promiscuity, 1);
  });

  it("include a static address in the forwarding database on a device that has no address filter", () => {
    const name = veth();
    sh(`bridge fdb add 02:00:00:00:00:08 dev ${name} self`);
    const [holder] = stateOf(name).holders;
    assert.equal(holder?.kind, "unicast-addresses");
    assert.deepEqual(holder.addresses, ["02:00:00:00:00:08"]);
  });

  it("include a bridge for each of its ports, also for all-multicast, and not for itself", () => {
    const name = veth();
    ip("link add br0 type bridge");
    ip(`link set ${name} master br0`);
    ip("link set br0 up");
    assert.deepEqual(holdersOf(name), { promiscuity: ["bridge br0"], allmulti: ["bridge br0"] });
    assert.deepEqual(holdersOf("br0").promiscuity, nothing);
    ip("link set br0 promisc on");
    assert.deepEqual(holdersOf("br0").promiscuity, ["flag"]);
    assert.deepEqual(holdersOf(name).promiscuity, ["bridge br0"]);
  });

  it("include a bridge that filters VLANs in the way that the kernel counts it", (test) => {
    const name = veth();
    try {
      ip("link add brv type bridge vlan_filtering 1");
    } catch (error) {
      assert.match((error as Error).message, /Operation not supported/);
      return test.skip("this kernel's bridges don't filter VLANs");
    }
    ip(`link set ${name} master brv`);
    ip("link set brv up");
    holdersOf(name);
    ip("link set brv promisc on");
    assert.deepEqual(holdersOf(name).promiscuity, ["bridge brv"]);
  });

  for (const mode of ["private", "vepa", "bridge", "source"])
    for (const kind of ["macvlan", "macvtap"])
      it(`are known for a ${kind} in mode ${mode}: its address, and its own promiscuity and all-multicast`, async () => {
        const name = veth();
        const upper = `m${name}`;
        ip(`link add ${upper} link ${name} type ${kind} mode ${mode}`);
        assert.deepEqual(holdersOf(name).promiscuity, nothing);
        ip(`link set ${upper} up`);
        assert.deepEqual(holdersOf(name).promiscuity, [`addresses of ${upper}`]);
        ip(`link set ${upper} promisc on`);
        assert.deepEqual(holdersOf(name).promiscuity, [`${kind} ${upper}`, `addresses of ${upper}`]);
        ip(`link set ${upper} promisc off`);
        ip(`link set ${upper} allmulticast on`);
        assert.deepEqual(holdersOf(name), {
          promiscuity: [`addresses of ${upper}`],
          allmulti: [`${kind} ${upper}`],
        });
        await using _socket = await HoldingProcess.python(
          `s = packet_socket()\nadd(s, "${upper}", PROMISC)\nwait()`,
        );
        assert.deepEqual(holdersOf(name).promiscuity, [`${kind} ${upper}`, `addresses of ${upper}`]);
        assert.deepEqual(holdersOf(upper).promiscuity, ["socket of python3"]);
      });

  it("include several macvlans as one unit for all their addresses, also from other namespaces", () => {
    const name = veth();
    for (const upper of ["m1", "m2", "m3"]) {
      ip(`link add ${upper} link ${name} type macvlan mode bridge`);
      ip(`link set ${upper} netns other`);
      ip(`-n other link set ${upper} up`);
    }
    assert.deepEqual(holdersOf(name).promiscuity, ["addresses of m1+m2+m3"]);
    ip("-n other link set m2 promisc on");
    assert.deepEqual(holdersOf(name).promiscuity, ["macvlan m2", "addresses of m1+m2+m3"]);
    const device = stateOf(name).holders.find((holder) => holder.kind === "device");
    assert.equal(device?.device.netns, stateOf("m2", "other").netns.inode);
  });

  it("include a passthru macvlan, whose own promiscuity adds nothing, but not one with nopromisc", () => {
    const name = veth();
    ip(`link add mp0 link ${name} type macvlan mode passthru`);
    ip("link set mp0 up");
    ip("link set mp0 promisc on");
    assert.deepEqual(holdersOf(name).promiscuity, ["macvlan mp0"]);
    const without = veth();
    ip(`link add mp1 link ${without} type macvlan mode passthru nopromisc`);
    ip("link set mp1 up");
    assert.deepEqual(holdersOf(without).promiscuity, nothing);
  });

  it("stay known while the device is down", async () => {
    const name = veth();
    ip(`link set ${name} promisc on`);
    await using _socket = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", PROMISC)\nwait()`,
    );
    ip(`link set ${name} down`);
    assert.deepEqual(holdersOf(name).promiscuity, ["flag", "socket of python3"]);
  });

  it("are one unit and two processes for a socket that a forked pair shares", async () => {
    const name = veth();
    await using pair = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", PROMISC)\nchild = os.fork()\nif child == 0:\n    time.sleep(60)\nelse:\n    print(child, flush=True)\n    wait()`,
    );
    const [holder] = stateOf(name).holders;
    assert.equal(holder?.kind, "socket");
    const pids = holder.processes.map(({ pid }) => pid);
    assert.equal(pids.length, 2);
    for (const pid of pids) if (pid !== pair.pid) process.kill(pid as number, "SIGKILL");
  });

  it("include a process that is in another namespace than its socket", async () => {
    const name = veth();
    await using holder = await HoldingProcess.start(
      "python3",
      [
        "-u",
        "-c",
        [
          "import socket, struct, os, ctypes, time",
          "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
          `s.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("${name}"), 1, 0, b""))`,
          "ctypes.CDLL(None).unshare(0x40000000)",
          'print("ready", flush=True)',
          "time.sleep(60)",
        ].join("\n"),
      ],
      "ready",
    );
    const [found] = stateOf(name).holders;
    assert.equal(found?.kind, "socket");
    assert.deepEqual(
      found.processes.map(({ pid }) => pid),
      [holder.pid],
    );
  });

  it("are found in a namespace that only a socket keeps alive", async () => {
    await using _holder = await HoldingProcess.start(
      "python3",
      [
        "-u",
        "-c",
        [
          "import socket, struct, os, ctypes, time, subprocess",
          'home = os.open("/proc/self/ns/net", 0)',
          "libc = ctypes.CDLL(None)",
          "libc.unshare(0x40000000)",
          'subprocess.check_call(["ip", "link", "add", "lonely", "type", "veth", "peer", "name", "lonelyp"])',
          "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
          's.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("lonely"), 1, 0, b""))',
          "libc.setns(home, 0x40000000)",
          'print("ready", flush=True)',
          "time.sleep(60)",
        ].join("\n"),
      ],
      "ready",
    );
    const state = readPromiscuity().interfaces.find(({ ifname }) => ifname === "lonely");
    assert.ok(state, "its namespace was not found");
    assert.deepEqual([state.netns.own, state.netns.processes, state.netns.names], [false, 0, []]);
    assert.deepEqual(state.holders.map(inShort), ["socket of python3"]);
  });

  it("account for an interface that has all kinds at once", async () => {
    const name = veth();
    ip("link add brx type bridge");
    ip(`link set ${name} master brx`);
    ip(`link set ${name} promisc on`);
    await using _socket = await HoldingProcess.python(
      `s = packet_socket()\nadd(s, "${name}", PROMISC)\nwait()`,
    );
    using _hold = holdPromiscuous(name);
    assert.deepEqual(holdersOf(name).promiscuity.sort(), [
      "bridge brx",
      "flag",
      "socket of node",
      "socket of python3",
    ]);
  });
});
