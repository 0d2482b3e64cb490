import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Rtnetlink } from "../../src/linux/netlink/rtnetlink.js";
import {
  attach,
  attachByLink,
  loadReturning,
  noPrograms,
  XDP_FLAGS_SKB_MODE,
} from "../support/bpf/programs.js";
import { noTun, Tun } from "../support/network/devices.js";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { receiveByXdpSocket } from "../support/network/xdp-socket.js";
import { execFileSync } from "../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

/** A listener of `promisc who --all --json`, as far as these tests read it. */
interface Listed {
  readonly kind: string;
  readonly ifname?: string;
  readonly direction?: string;
  readonly holds?: boolean;
  readonly filter?: { readonly kind: string; readonly expression?: string };
  readonly processes: { readonly pid: number }[];
  readonly candidates?: { readonly pid: number }[];
  readonly program?: { readonly name?: string; readonly uid?: number };
  readonly operation?: string;
  readonly target?: { readonly ifname?: string };
  readonly group?: number;
  readonly netns?: { readonly own?: boolean };
}

/** Returns what listens in this process's network namespace, of one kind. */
function listed(kind: string): Listed[] {
  const { status, stdout, stderr } = promisc(["who", "--all", "--json"]);
  assert.equal(status, 0, stderr);
  const { listeners } = JSON.parse(stdout) as { listeners: Listed[] };
  return listeners.filter((each) => each.kind === kind && each.netns?.own);
}

/** Returns the only listener of a kind. */
function only(kind: string): Listed {
  const [first, ...others] = listed(kind);
  assert.ok(first, `there is no ${kind}`);
  assert.deepEqual(others, []);
  return first;
}

const pids = (processes: readonly { readonly pid: number }[] = []): number[] =>
  processes.map(({ pid }) => pid);

describe("promisc who --all", { skip: noNamespaces || lacking("ip") }, () => {
  for (const name of ["d", "e"]) {
    ip(`link add ${name}0 type veth peer name ${name}1`);
    ip(`link set ${name}0 up`);
    ip(`link set ${name}1 up`);
  }
  using rtnetlink = new Rtnetlink();
  const { index } = rtnetlink.link("d0", "read d0");

  it("shows nothing where nothing listens", () => {
    const { stdout } = promisc(["who", "--all", "--json"]);
    const { listeners } = JSON.parse(stdout) as { listeners: Listed[] };
    assert.deepEqual(
      listeners.filter(({ netns }) => netns?.own),
      [],
    );
  });

  for (const [options, holds] of [
    [[], true],
    [["-p"], false],
  ] as const)
    it(`shows tcpdump ${options.join(" ")} with its filter`, { skip: noTcpdump }, async () => {
      await using tcpdump = await HoldingProcess.tcpdump("-i", "d0", ...options, "udp", "port", "53");
      const listener = only("packet-socket");
      assert.deepEqual(
        [listener.ifname, listener.holds, pids(listener.processes)],
        ["d0", holds, [tcpdump.pid]],
      );
      assert.deepEqual([listener.filter?.kind, listener.filter?.expression], ["classic", "udp port 53"]);
    });

  it("shows dumpcap on all interfaces", { skip: lacking("dumpcap") }, async () => {
    const options = ["-i", "any", "-f", "arp", "-w", "/dev/null"];
    await using dumpcap = await HoldingProcess.start("dumpcap", options, "File: ");
    const listener = only("packet-socket");
    assert.deepEqual(
      [listener.ifname, listener.holds, pids(listener.processes)],
      [undefined, false, [dumpcap.pid]],
    );
    assert.deepEqual([listener.filter?.kind, listener.filter?.expression], ["classic", "arp"]);
  });

  it("shows an AF_XDP socket, and its process or those that may be it", {
    skip: lacking("python3"),
  }, async () => {
    await using python = await receiveByXdpSocket("d0");
    const listener = only("xdp-socket");
    assert.equal(listener.ifname, "d0");
    assert.deepEqual(pids(listener.candidates ?? listener.processes), [python.pid]);
  });

  it("shows XDP and tcx programs, who loaded them, and the processes that have them open", {
    skip: noPrograms,
  }, () => {
    // linux/bpf.h: XDP_PASS
    using xdp = loadReturning("xdp", "passes_all", 2);
    using _xdpLink = attachByLink(xdp, index, "xdp", { flags: XDP_FLAGS_SKB_MODE });
    // linux/bpf.h: TCX_NEXT
    using tcx = loadReturning("sched_cls", "looks_on", -1);
    attach(tcx, index, "tcx-egress");
    for (const [kind, name] of [
      ["xdp-program", "passes_all"],
      ["tcx-program", "looks_on"],
    ] as const) {
      const listener = only(kind);
      assert.deepEqual([listener.ifname, listener.program?.name, listener.program?.uid], ["d0", name, 0]);
      assert.deepEqual(pids(listener.processes), [process.pid]);
    }
  });

  it("shows where mirred sends copies", { skip: lacking("tc") }, () => {
    sh("tc qdisc add dev d0 clsact");
    sh("tc filter add dev d0 ingress u32 match u32 0 0 action mirred egress mirror dev e0");
    const listener = only("mirror");
    assert.deepEqual([listener.ifname, listener.operation, listener.target?.ifname], ["d0", "mirror", "e0"]);
    sh("tc qdisc del dev d0 clsact");
  });

  it("shows a rule of NFLOG with tcpdump, which reads its group", {
    skip: noTcpdump || lacking("nft"),
  }, async () => {
    const rules = "table inet t { chain c { type filter hook input priority 0; log group 5; }; }";
    execFileSync("nft", ["-f", "-"], { input: rules });
    await using tcpdump = await HoldingProcess.tcpdump("-i", "nflog:5");
    const listener = only("nflog");
    assert.deepEqual([listener.group, pids(listener.processes)], [5, [tcpdump.pid]]);
    sh("nft flush ruleset");
  });

  it("shows the reader of a tap device", { skip: noTun }, () => {
    using _tap = new Tun("tap0", "tap");
    const listener = only("tap-reader");
    assert.deepEqual([listener.ifname, pids(listener.processes)], ["tap0", [process.pid]]);
  });
});
