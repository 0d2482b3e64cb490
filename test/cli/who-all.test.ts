import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Listener } from "../../src/promiscuity/listeners/listener.js";
import type { ListenersReport } from "../../src/promiscuity/listeners/read.js";
import {
  attach,
  attachByLink,
  loadReturning,
  noPrograms,
  XDP_FLAGS_SKB_MODE,
} from "../support/bpf/programs.js";
import { startBackdoor } from "../support/network/backdoor.js";
import { noTun, Tun } from "../support/network/devices.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { indexOf } from "../support/network/veth.js";
import { receiveByXdpSocket } from "../support/network/xdp-socket.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";
import { asNobody } from "../support/process/without-root.js";

isolate();

const all = (...args: string[]) => promisc(["who", "--all", "--netns", "own", ...args]);

function report(...args: string[]): ListenersReport & { not_looked_at: ListenersReport["notLookedAt"] } {
  return JSON.parse(all("--json", ...args).stdout);
}

/** Returns the only listener of a kind, with JSON's names. */
function only(kind: Listener["kind"]): Record<string, unknown> {
  const found = report().listeners.filter((each) => each.kind === kind);
  assert.equal(found.length, 1, kind);
  return found[0] as unknown as Record<string, unknown>;
}

/** Returns the lines below the heading of an interface, up to the next heading. */
function below(heading: string): string[] {
  const lines = all().stdout.split("\n");
  const from = lines.indexOf(heading);
  assert.notEqual(from, -1, `${heading} in ${lines.join("\n")}`);
  const to = lines.findIndex((line, at) => at > from && !line.startsWith(" "));
  return lines.slice(from + 1, to);
}

describe("promisc who --all", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  ip("link set lo up");
  ip("link add v0 type veth peer name v1");
  ip("link set v0 up");
  ip("link set v1 up");

  it("shows the filters of tcpdump in words, with and without -p", { skip: noTcpdump }, async () => {
    await using _holds = await HoldingProcess.tcpdump("-i", "v0", "udp port 67");
    await using listens = await HoldingProcess.tcpdump("-p", "-i", "v1", "arp or icmp");
    const held = below("v0: count 1");
    assert.match(held[0] ?? "", /^ {4}1 {2}tcpdump -Z root -n -i v0 udp port 67 \(pid /);
    assert.deepEqual(held.slice(1), ["       packet socket, TPACKET_V3 ring", "       filter: udp port 67"]);
    const [line, ...filter] = below("v1: count 0");
    assert.match(
      line ?? "",
      new RegExp(`^ {4}- {2}packet socket, TPACKET_V3 ring: tcpdump .*\\(pid ${listens.pid}, `),
    );
    assert.deepEqual(filter, ["       filter: arp or icmp"]);
    const sockets = report().listeners.filter(({ kind }) => kind === "packet-socket");
    assert.deepEqual(
      sockets.map((each) => [each.ifname, each.kind === "packet-socket" && each.holds]).sort(),
      [
        ["v0", true],
        ["v1", false],
      ],
    );
  });

  it("shows the capture of dumpcap", { skip: noOtherUsers || lacking("dumpcap") }, async () => {
    await using _dumpcap = await HoldingProcess.start(
      "dumpcap",
      ["-q", "-i", "v0", "-f", "tcp port 22", "-w", "/dev/null"],
      "File: ",
    );
    assert.ok(below("v0: count 1").includes("       filter: tcp port 22"));
  });

  it("points out the magic words of a backdoor's filter", async () => {
    await using backdoor = await startBackdoor();
    const [line, ...filter] = below("any interface:");
    assert.match(
      line ?? "",
      new RegExp(`^ {4}- {2}packet socket, IPv4: \\S*python3 .*\\(pid ${backdoor.pid}, `),
    );
    assert.deepEqual(filter, [
      "       filter: udp[8:2] = 0x7255 or tcp[(tcp[12] & 0xf0) >> 2:2] = 0x5293 or (icmp[8:2] = 0x7255 and icmp[icmptype] = icmp-echo)",
      "       waits for magic numbers: UDP payload bytes 0-1 = 0x7255, ICMP payload bytes 0-1 = 0x7255, TCP payload bytes 0-1 = 0x5293",
    ]);
    const { filter: json } = only("packet-socket") as { filter: Record<string, unknown[]> };
    assert.deepEqual(json["magic"], [
      "UDP payload bytes 0-1 = 0x7255",
      "ICMP payload bytes 0-1 = 0x7255",
      "TCP payload bytes 0-1 = 0x5293",
    ]);
    assert.equal(json["instructions"]?.length, json["program"]?.length);
    assert.equal(json["instructions"]?.[0], "(000) ldh      [12]");
  });

  it("distinguishes no filter from an eBPF program, and shows programs without words as instructions", async () => {
    const attached = `
import ctypes
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
code = struct.pack("<BBhi", 0xb7, 0, 0, 0) + struct.pack("<BBhi", 0x95, 0, 0, 0)
insns, license = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
attr = ctypes.create_string_buffer(struct.pack("IIQQ", 1, 2, ctypes.addressof(insns), ctypes.addressof(license)), 128)
fd = ctypes.CDLL(None).syscall(${process.arch === "arm64" ? 280 : 321}, 5, attr, 128)
if fd >= 0: s.setsockopt(1, 50, fd)
`;
    const random = `
import ctypes
r = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
kept = ctypes.create_string_buffer(struct.pack("HBBIHBBIHBBIHBBI", 0x20, 0, 0, 0xfffff038, 0x15, 0, 1, 1, 6, 0, 0, 1, 6, 0, 0, 0))
r.setsockopt(1, 26, struct.pack("HxxxxxxP", 4, ctypes.addressof(kept)))
n = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
`;
    await using _process = await HoldingProcess.python(`${attached}${random}\nwait()`);
    const filters = below("any interface:").filter((line) => !line.startsWith("    -"));
    if (!noPrograms) assert.equal(filters[0], "       filter: eBPF, unreadable");
    assert.deepEqual(filters.slice(1), [
      "       filter: 4 instructions, no expression: it depends on a random number",
      "           (000) ld       [random]",
      "           (001) jeq      #0x1             jt 2  jf 3",
      "           (002) ret      #1",
      "           (003) ret      #0",
      "       filter: none",
    ]);
  });

  it("says what it doesn't show to a user without privileges", {
    skip: noOtherUsers || lacking("setpriv"),
  }, async () => {
    await using _backdoor = await startBackdoor();
    const nobody = { wrapper: [...asNobody] };
    const { stdout, stderr } = promisc(["who", "--all", "--netns", "own"], nobody);
    assert.match(stdout, /^ {7}filter: unknown: the kernel doesn't show it to this user$/m);
    for (const what of ["the filters of sockets", "the rules of nftables", "the links of eBPF programs"])
      assert.ok(stderr.includes(`not looked at: ${what}`), `${what} in ${stderr}`);
    const json = JSON.parse(promisc(["who", "--all", "--json", "--netns", "own"], nobody).stdout);
    const filters = json.not_looked_at.find(
      ({ what }: { what: string }) => what === "the filters of sockets",
    );
    assert.deepEqual([filters.why, filters.remedy], ["privilege", "run it with sudo"]);
  });

  it("works in a user namespace, and says what it can't look at there", { skip: lacking("unshare") }, () => {
    const wrapper = ["unshare", "--user", "--map-root-user", "--net"];
    const { status, stderr } = promisc(["who", "--all", "--netns", "own"], { wrapper });
    assert.equal(status, 0);
    assert.match(stderr, /^not looked at: the links of eBPF programs: Operation not permitted \(EPERM\): /m);
    assert.doesNotMatch(stderr, /the rules of nftables/);
  });

  it("lists on one line what promisc never looks at, and says why in JSON", () => {
    assert.match(all().stderr, /^never looked at: programs that trace the kernel .*; hardware; /m);
    const never = report().not_looked_at.filter(({ why }) => why === "never");
    assert.ok(never.length > 5);
    assert.ok(never.every(({ what, reason }) => what && reason));
  });

  it("shows copies of tc and where they go", { skip: lacking("tc") }, () => {
    sh("tc qdisc add dev v0 clsact");
    sh(
      "tc filter add dev v0 ingress prio 5 protocol all u32 match u32 0 0 action mirred egress mirror dev v1",
    );
    const lines = below("v0: count 0");
    sh("tc qdisc del dev v0 clsact");
    assert.deepEqual(lines, ["    -  sends copies to v1 (tc ingress u32, priority 5)"]);
  });

  it("shows rules of nftables that pass packets on, whatever their names are", {
    skip: lacking("nft"),
  }, () => {
    sh("nft add table netdev t");
    sh("nft add chain netdev t c {type filter hook ingress device v0 priority 0;}");
    sh('nft add rule netdev t c dup to v1 comment "a\x1b[31mb"');
    sh("nft add table ip f");
    sh("nft add chain ip f input {type filter hook input priority 0;}");
    sh("nft add rule ip f input log group 5 snaplen 64");
    const [copies] = below("v0: count 0");
    const [log] = below("any interface:");
    sh("nft flush ruleset");
    assert.match(
      copies ?? "",
      /^ {4}- {2}sends copies to v1 \(nftables netdev t c, ingress, handle \d+, comment "a\\u001b\[31mb"\)$/,
    );
    assert.match(
      log ?? "",
      /^ {4}- {2}passes the first 64 bytes to NFLOG group 5 \(nftables ip f input, handle \d+\): no process that can be seen reads it$/,
    );
  });

  it("shows XDP and tcx programs, who loaded them, and who has them open", { skip: noPrograms }, () => {
    using xdp = loadReturning("xdp", "watch_xdp", 2);
    using tcx = loadReturning("sched_cls", "watch_tcx", -1);
    using _link = attachByLink(xdp, indexOf("v0"), "xdp", { flags: XDP_FLAGS_SKB_MODE });
    attach(tcx, indexOf("v1"), "tcx-egress");
    const program = `\\d+ NAME, tag [0-9a-f]{16}, loaded by root 20\\S+Z; open in .*\\(pid ${process.pid}, `;
    assert.match(
      below("v0: count 0")[0] ?? "",
      new RegExp(`^ {4}- {2}XDP program \\(generic\\): ${program.replace("NAME", "watch_xdp")}`),
    );
    assert.match(
      below("v1: count 0")[0] ?? "",
      new RegExp(`^ {4}- {2}tcx egress program: ${program.replace("NAME", "watch_tcx")}`),
    );
  });

  it("shows AF_XDP sockets", { skip: noPrograms }, async () => {
    await using receiver = await receiveByXdpSocket("v1");
    const lines = below("v1: count 0").filter((line) => line.includes("AF_XDP"));
    assert.match(lines[0] ?? "", new RegExp(`^ {4}- {2}AF_XDP socket, queue 0: .*\\(pid ${receiver.pid}, `));
  });

  it("shows the readers of tap devices", { skip: noTun }, () => {
    using _tap = new Tun("tap0", "tap");
    assert.match(
      below("tap0: count 0")[0] ?? "",
      new RegExp(`^ {4}- {2}reads what this machine sends there: .*\\(pid ${process.pid}, `),
    );
  });

  it("shows raw IP sockets as what they are", async () => {
    await using raw = await HoldingProcess.python(
      "s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nwait()",
    );
    const [line, filter] = below("any interface:");
    assert.match(
      line ?? "",
      new RegExp(`^ {4}- {2}raw IPv4 socket, ICMP delivered to this host: .*\\(pid ${raw.pid}, `),
    );
    assert.equal(filter, "       filter: none");
  });

  it("lists what listens on a named interface or on every one of its namespace", async () => {
    await using _backdoor = await startBackdoor();
    assert.match(all("v0").stdout, /^v0: count 0\nany interface:\n {4}- {2}packet socket, IPv4: /);
  });

  it("costs nothing without --all: no listener is in the report", () => {
    const report = JSON.parse(promisc(["who", "--json", "--netns", "own"]).stdout);
    assert.equal("listeners" in report || "not_looked_at" in report || "capturing" in report, false);
  });
});
