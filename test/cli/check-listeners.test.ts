import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { BPFDOOR, startBackdoor } from "../support/network/backdoor.js";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";
import { asNobody } from "../support/process/without-root.js";

isolate();

const POLICY = "/run/policy.yaml";

/** Runs promisc check with a policy that judges listeners and has these rules. */
function check(rules: readonly string[], ...args: string[]) {
  const lines = rules.map((rule) => `- {${rule}, reason: r, approver: a}\n`).join("");
  writeFileSync(POLICY, `version: 1\nlisteners: findings\nrules:\n${lines}`);
  return promisc(["check", "--netns", "own", "--policy", POLICY, ...args]);
}

/** Allows that the test's environment hides something. */
const HIDDEN = "kind: hidden";

describe("promisc check with listeners: findings", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link set v0 up");

  it("flags a backdoor's socket with its magic words, in every format", async () => {
    await using backdoor = await startBackdoor();
    const { status, stdout } = check([HIDDEN]);
    assert.equal(status, 1);
    assert.match(
      stdout,
      new RegExp(
        `^any interface: packet-socket: packet socket, IPv4: .*\\(pid ${backdoor.pid}, .*\\); filter: udp\\[8:2\\] = 0x7255 or .*; waits for magic numbers: UDP payload bytes 0-1 = 0x7255, ICMP payload bytes 0-1 = 0x7255, TCP payload bytes 0-1 = 0x5293\\n$`,
      ),
    );
    const { findings } = JSON.parse(check([HIDDEN], "--json").stdout);
    assert.deepEqual(
      [findings[0].kind, findings[0].listener.filter.magic.length, findings[0].ifname],
      ["packet-socket", 3, undefined],
    );
    const ecs = JSON.parse(check([HIDDEN], "--format", "ecs").stdout);
    assert.deepEqual([ecs.event.action, ecs.process.pid], ["finding-packet-socket", backdoor.pid]);
    const metrics = check([HIDDEN], "--format", "prometheus").stdout.split("\n");
    assert.ok(metrics.includes('promisc_findings{kind="packet-socket"} 1'));
    assert.ok(metrics.includes('promisc_findings{kind="mirror"} 0'));
    assert.ok(
      metrics.includes('promisc_interface_listeners{namespace="own",interface="",kind="packet-socket"} 1'),
    );
  });

  it("doesn't judge listeners otherwise", async () => {
    await using _backdoor = await startBackdoor();
    writeFileSync(POLICY, "version: 1\nrules:\n- {kind: hidden, reason: r, approver: a}\n");
    const { status, stdout } = promisc(["check", "--netns", "own", "--policy", POLICY]);
    assert.deepEqual([status, stdout], [0, ""]);
    const metrics = promisc(["check", "--netns", "own", "--policy", POLICY, "--format", "prometheus"]).stdout;
    assert.equal(metrics.includes("listeners") || metrics.includes("packet-socket"), false);
  });

  it("allows it by a rule with a filter that means the same", async () => {
    await using _backdoor = await startBackdoor();
    const [udp, icmp, tcp] = BPFDOOR.split(" or ");
    const allowed = check([HIDDEN, `filter: "${tcp} or ${icmp} or ${udp}"`]);
    assert.deepEqual([allowed.stdout, allowed.status], ["", 0]);
    assert.equal(check([HIDDEN, `filter: "${udp}"`]).status, 1);
  });

  it("judges a socket that holds its interface once, with its filter", { skip: noTcpdump }, async () => {
    await using _tcpdump = await HoldingProcess.tcpdump("-i", "v0", "udp port 67");
    assert.match(check([HIDDEN]).stdout, /^v0: socket: tcpdump .*\); filter: udp port 67\n$/);
    assert.equal(check([HIDDEN, "kind: socket, filter: port 67 and udp"]).status, 0);
  });

  it("explains which condition isn't met", async () => {
    await using _backdoor = await startBackdoor();
    const { stdout } = check(["kind: packet-socket, interface: v*, filter: arp"], "--explain");
    assert.match(
      stdout,
      /^any interface: packet-socket: .*\n {4}not allowed by the nearest rule, \S+:4 \(r\): interface must be v\* and is any; filter must be arp and is udp\[8:2\] = 0x7255 or /m,
    );
    assert.match(stdout, /:4: matches nothing now/);
  });

  it("refuses a filter that libpcap can't compile, and one without listeners: findings", () => {
    const wrong = check(["filter: udp prot 5"]);
    assert.equal(wrong.status, 2);
    assert.match(
      wrong.stderr,
      /^promisc: cannot read policy \/run\/policy.yaml: line 4, column 12: "filter" can't be compiled: .*\nudp prot 5\n {4}\^\n$/,
    );
    writeFileSync(POLICY, "version: 1\nrules:\n- {filter: arp, reason: r, approver: a}\n");
    const alone = promisc(["check", "--policy", POLICY]);
    assert.equal(alone.status, 2);
    assert.match(alone.stderr, /line 3, column 12: "filter" needs "listeners: findings"/);
  });

  it("reports as hidden what it can't look at without privileges, which a rule can allow", {
    skip: noOtherUsers || lacking("setpriv"),
  }, async () => {
    await using _backdoor = await startBackdoor();
    const nobody = { wrapper: [...asNobody] };
    writeFileSync(POLICY, "version: 1\nlisteners: findings\n", { mode: 0o644 });
    const { status, stdout } = promisc(["check", "--netns", "own", "--policy", POLICY], nobody);
    assert.equal(status, 1);
    for (const what of ["the rules of nftables", "the links of eBPF programs", "the filters of sockets"])
      assert.match(stdout, new RegExp(`^hidden: ${what}: .*: .*sudo`, "m"));
    assert.match(
      stdout,
      /^any interface: packet-socket: .*; filter: unknown: the kernel doesn't show it to this user$/m,
    );
  });
});
