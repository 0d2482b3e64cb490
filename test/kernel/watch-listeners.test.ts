import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";

isolate();

interface Line {
  readonly event: string;
  readonly ifname?: string;
  readonly evidence?: string;
  readonly listener?: {
    readonly kind: string;
    readonly filter?: { readonly kind: string; readonly expression?: string };
    readonly processes: readonly { readonly pid: number; readonly comm: string }[];
  };
}

/** Returns the lines of a watch's output. */
function linesOf({ stdout }: Running): Line[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

describe("watch --all without the trace", { skip: noNamespaces || lacking("ip", "tc", "python3") }, () => {
  let watch: Running;
  before(async () => {
    ip("link add l0 type veth peer name l1");
    ip("link set l0 up");
    watch = new Running(["watch", "--all", "--no-trace"]);
    await watch.hasBegun();
  });
  after(async () => {
    watch.process.kill("SIGTERM");
    await watch.outcome;
  });

  it("says how often it looks, and what it doesn't examine", () => {
    assert.match(
      watch.stderr,
      /^watching what listens \(\d+ now\): sockets every 1 second, programs and rules every 10 seconds$/m,
    );
  });

  it("reports a packet socket that begins to listen, has another filter, and ends", async () => {
    await using python = await HoldingProcess.python(`
import ctypes, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
s = packet_socket()
s.bind(("l0", 3))
print("ready", flush=True)
signal.sigwait({signal.SIGUSR1})
accept_all = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0xffff))
s.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HxxxxxxP", 1, ctypes.addressof(accept_all)))
signal.sigwait({signal.SIGUSR1})
`);
    const { pid } = python.process;
    await watch.says("l0: + listens: packet socket");
    python.process.kill("SIGUSR1");
    await watch.says("l0: ~ listens: packet socket");
    python.process.kill("SIGUSR1");
    await watch.says("l0: - listens: packet socket");
    // Other tests run at the same time, in namespaces of their own.
    const lines = watch.stdout
      .split("\n")
      .map((line) => line.slice(line.indexOf(" ") + 1))
      .filter((line) => line.startsWith("l0: "));
    assert.match(
      lines[0] ?? "",
      new RegExp(
        String.raw`^l0: \+ listens: packet socket: .*python3.*\(pid ${pid}.*\); filter: none \[poll\]$`,
      ),
    );
    assert.match(
      lines[1] ?? "",
      /^l0: ~ listens: .*; filter: accepts everything \[poll\]; before with filter: none$/,
    );
    assert.match(lines[2] ?? "", /^l0: - listens: packet socket: .* \[poll\]$/);
    assert.equal(lines.length, 3);
  });

  it("reports raw IP sockets", async () => {
    await using _python = await HoldingProcess.python(`
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
print("ready", flush=True)
time.sleep(600)
`);
    await watch.says("any interface: + listens: raw IPv4 socket, ICMP delivered to this host: ");
  });

  it("reports rules that send copies elsewhere", async () => {
    sh("tc qdisc add dev l0 clsact");
    sh("tc filter add dev l0 ingress protocol all u32 match u32 0 0 action mirred egress mirror dev l1");
    await watch.says("l0: + listens: sends copies to l1 (tc ingress u32");
    sh("tc qdisc del dev l0 clsact");
    await watch.says("l0: - listens: sends copies to l1 (tc ingress u32");
  });

  it("doesn't report a socket that holds the interface as a listener too", async () => {
    const listening = (): number => watch.stdout.split("l0: + listens: packet socket").length;
    const before = listening();
    await using _python = await HoldingProcess.python(`
s = packet_socket()
add(s, "l0", PROMISC)
s.bind(("l0", 3))
print("ready", flush=True)
time.sleep(600)
`);
    await watch.says("l0: count 0 -> 1");
    // Sockets are read in order: when a later one is reported, this one was examined.
    await using _other = await HoldingProcess.python(`
s = packet_socket()
s.bind(("l0", 0x0806))
print("ready", flush=True)
time.sleep(600)
`);
    await watch.says("l0: + listens: packet socket, ARP");
    assert.equal(listening(), before + 1);
  });
});

describe("watch --all --json", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  it("reports only listeners on the named interfaces, and those on all of them", async () => {
    await using watch = new Running(["watch", "--all", "--no-trace", "--json", "l1"]);
    await watch.hasBegun();
    await using _python = await HoldingProcess.python(`
s = packet_socket()
s.bind(("l0", 3))
t = packet_socket()
t.bind(("l1", 3))
u = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88cc))
print("ready", flush=True)
time.sleep(600)
`);
    await watch.says('"listener-came"', 2);
    assert.deepEqual(
      linesOf(watch).map(({ event, ifname, evidence, listener }) => [
        event,
        ifname,
        evidence,
        listener?.kind,
      ]),
      [
        ["listener-came", "l1", "poll", "packet-socket"],
        ["listener-came", undefined, "poll", "packet-socket"],
      ],
    );
  });
});

describe("watch --all --policy", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "promisc-"));
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, "version: 1\nlisteners: findings\nrules: []\n");
  after(() => rmSync(folder, { recursive: true }));

  it("marks what the policy doesn't allow", async () => {
    const watch = new Running(["watch", "--all", "--no-trace", "--policy", policy]);
    await watch.hasBegun();
    await using _python = await HoldingProcess.python(`
s = packet_socket()
s.bind(("l0", 3))
wait()`);
    await watch.says("l0: + listens: packet socket");
    watch.process.kill("SIGTERM");
    const { stdout } = await watch.outcome;
    assert.match(
      stdout,
      /l0: \+ listens: packet socket: .*; filter: none \[poll\]; FINDING: packet-socket$/m,
    );
  });

  it("says without --all that listeners aren't judged", async () => {
    const watch = new Running(["watch", "--no-trace", "--policy", policy]);
    await watch.hasBegun();
    watch.process.kill("SIGTERM");
    const { stderr } = await watch.outcome;
    assert.match(stderr, /^the policy judges listeners, which are reported with --all only$/m);
  });
});
