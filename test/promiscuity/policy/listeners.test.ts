import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFilter } from "../../../src/linux/filter/compile-filter.js";
import type { ProcessDetails } from "../../../src/linux/process/process-details.js";
import type { NamespaceFacts } from "../../../src/promiscuity/holders/namespace-facts.js";
import type { PromiscuityReport } from "../../../src/promiscuity/holders/report.js";
import { FilterDescriber } from "../../../src/promiscuity/listeners/filter.js";
import type { Listener, ListenerFilter, NotLookedAt } from "../../../src/promiscuity/listeners/listener.js";
import { explainPolicy } from "../../../src/promiscuity/policy/explain.js";
import { checkListener, checkPolicy } from "../../../src/promiscuity/policy/findings.js";
import { type PolicyWarning, parsePolicy } from "../../../src/promiscuity/policy/parse.js";
import type { Policy } from "../../../src/promiscuity/policy/policy.js";

const netns: NamespaceFacts = { inode: 1, names: ["web"], own: true, processes: 1 };
const dhclient: ProcessDetails = { pid: 7, exe: "/usr/sbin/dhclient", uid: 0, user: "root" };
const snoop: ProcessDetails = { pid: 8, exe: "/tmp/snoop", uid: 1000 };

function classic(expression: string): ListenerFilter {
  return new FilterDescriber().describe(compileFilter(expression, { linkType: 1 }), { linkType: 1 });
}

const socketOf = (
  processes: readonly ProcessDetails[],
  filter: ListenerFilter,
  held: number[] = [],
): Listener => ({
  kind: "packet-socket",
  netns,
  ifindex: 2,
  ifname: "eth0",
  socket: { inode: 5, type: "raw", protocol: 3, boundTo: 2 },
  holds: held.length > 0,
  held,
  filter,
  processes,
});

const mirror: Listener = {
  kind: "mirror",
  netns,
  ifindex: 2,
  ifname: "eth0",
  operation: "mirror",
  target: { ifindex: 3, ifname: "dum0" },
  processes: [],
};

const raw: Listener = {
  kind: "raw-socket",
  netns,
  family: "ipv4",
  protocol: 1,
  inode: 6,
  uid: 0,
  processes: [dhclient],
  filter: { kind: "none" },
};

function report(listeners: readonly Listener[], notLookedAt: readonly NotLookedAt[] = []): PromiscuityReport {
  return { interfaces: [], capturing: [], listeners, notLookedAt };
}

function policy(...rules: readonly string[]): Policy {
  const lines = rules.map((rule) => `- {${rule}, reason: r, approver: a}\n`);
  const list = lines.length > 0 ? `\n${lines.join("")}` : " []";
  return parsePolicy(`version: 1\nlisteners: findings\nrules:${list}`, "p.yaml");
}

const kinds = (listeners: readonly Listener[], ...rules: readonly string[]): string[] =>
  checkPolicy(report(listeners), policy(...rules)).map(({ kind }) => kind);

describe("a policy with listeners: findings", () => {
  const dhcp = socketOf([dhclient], classic("udp port 67"));

  it("judges every listener, and needs a report that has them", () => {
    assert.deepEqual(kinds([dhcp, mirror, raw]), ["packet-socket", "mirror", "raw-socket"]);
    assert.throws(
      () => checkPolicy({ interfaces: [], capturing: [] }, policy()),
      /^PromiscError: cannot check listeners: the report has none/,
    );
    const others = parsePolicy("version: 1\nlisteners: allowed\n", "p.yaml");
    assert.deepEqual(checkPolicy(report([dhcp]), others), []);
  });

  it("judges a listener that comes or changes, but not one that goes", () => {
    const judge = (event: "listener-came" | "listener-changed" | "listener-went", ...rules: string[]) =>
      checkListener({ event, time: "", netns, listener: dhcp, evidence: "trace" }, policy(...rules));
    assert.deepEqual(judge("listener-came"), [
      { kind: "packet-socket", netns, ifindex: 2, ifname: "eth0", listener: dhcp },
    ]);
    assert.equal(judge("listener-changed").length, 1);
    assert.deepEqual(judge("listener-went"), []);
    assert.deepEqual(judge("listener-came", "user: root"), []);
    const others = parsePolicy("version: 1\nlisteners: allowed\n", "p.yaml");
    const came = { event: "listener-came", time: "", netns, listener: dhcp, evidence: "trace" } as const;
    assert.deepEqual(checkListener(came, others), []);
  });

  it("allows by kind, interface, namespace and process", () => {
    for (const rule of [
      "kind: packet-socket",
      "interface: eth*",
      "namespace: web",
      "executable: /usr/sbin/dhclient, user: root",
    ])
      assert.deepEqual(kinds([dhcp], rule), [], rule);
    for (const rule of [
      "kind: socket",
      "interface: wlan0",
      "namespace: red",
      "executable: /tmp/*",
      "user: 1000",
    ])
      assert.deepEqual(kinds([dhcp], rule), ["packet-socket"], rule);
    // Each process that shares the socket needs a rule.
    assert.deepEqual(kinds([socketOf([dhclient, snoop], classic("arp"))], "user: 0"), ["packet-socket"]);
  });

  it("allows what a process receives itself by a rule without a kind, and programs and rules only by their kind", () => {
    assert.deepEqual(kinds([dhcp, raw, mirror], 'interface: "*"'), ["mirror"]);
    assert.deepEqual(kinds([dhcp, raw, mirror], 'interface: "*", kind: [mirror, raw-socket]'), [
      "packet-socket",
    ]);
    // What listens on every interface isn't allowed by a rule for some of them.
    assert.deepEqual(kinds([raw], "interface: eth*"), ["raw-socket"]);
  });

  it("allows by a filter that means the same, however it is written", () => {
    for (const filter of ["udp port 67", "port 67 and udp", "udp and (dst port 67 or src port 67)"])
      assert.deepEqual(kinds([dhcp], `filter: ${filter}`), [], filter);
    for (const filter of [
      "udp",
      "udp port 68",
      "udp port 67 or arp",
      "ip and udp port 67",
      "ether host 1:2:3:4:5:6",
    ])
      assert.deepEqual(kinds([dhcp], `filter: ${filter}`), ["packet-socket"], filter);
    for (const filter of [{ kind: "none" }, { kind: "ebpf" }, { kind: "unknown", reason: "r" }] as const)
      assert.deepEqual(kinds([socketOf([dhclient], filter)], "filter: udp port 67"), ["packet-socket"]);
  });

  it("judges a socket that holds its own interface as its holder only, and any other socket as a listener", () => {
    assert.deepEqual(kinds([socketOf([snoop], classic("arp"), [2])]), []);
    assert.deepEqual(kinds([socketOf([snoop], classic("arp"), [3])]), ["packet-socket"]);
  });

  it("needs a rule for all processes that an AF_XDP socket may be of", () => {
    const socket: Listener = {
      kind: "xdp-socket",
      netns,
      ifname: "eth0",
      queue: 0,
      processes: [],
      candidates: [dhclient, snoop],
    };
    assert.deepEqual(kinds([socket], "user: 0"), ["xdp-socket"]);
    assert.deepEqual(kinds([socket], "user: 0", "user: 1000"), []);
  });

  it("reports what wasn't looked at as hidden, or as incomplete, and what is never looked at not at all", () => {
    const entries = (["privilege", "not-examined", "incomplete", "refused", "never"] as const).map((why) => ({
      what: `the ${why}`,
      why,
      reason: "r",
    }));
    const found = checkPolicy(report([], entries), policy());
    assert.deepEqual(
      found.map((each) => [each.kind, "reason" in each && each.reason]),
      [
        ["hidden", "the privilege: r"],
        ["hidden", "the not-examined: r"],
        ["incomplete", "the incomplete: r"],
        ["incomplete", "the refused: r"],
      ],
    );
    assert.deepEqual(
      checkPolicy(report([], entries), policy("kind: hidden")).map(({ kind }) => kind),
      ["incomplete", "incomplete"],
    );
  });

  it("explains each listener, with the conditions that aren't met", () => {
    const { listeners = [], rules } = explainPolicy(
      report([dhcp, mirror]),
      policy("kind: packet-socket, filter: arp", "kind: mirror"),
    );
    assert.deepEqual(
      listeners.map(({ allowed, grounds }) => [allowed, grounds[0]?.rule?.line, grounds[0]?.nearest?.failed]),
      [
        [false, undefined, [{ condition: "filter", wanted: "arp", actual: "udp port 67" }]],
        [true, 5, undefined],
      ],
    );
    assert.deepEqual(
      rules.map(({ matches }) => matches),
      [0, 1],
    );
  });

  it("refuses rules that can't match, and warns of kinds that aren't judged", () => {
    for (const [rule, reason] of [
      ["kind: mirror, user: root", /mirror has no process, and "user" asks for one/],
      ["kind: nflog, filter: arp", /nflog has no filter/],
      ["filter: udp prot 5", /line 4, column 12: "filter" can't be compiled: /],
      ["filter: [arp]", /"filter" must be/],
      ["kind: sniffer", /"sniffer" is not a kind of holder or listener/],
    ] as const)
      assert.throws(() => policy(rule), reason, rule);
    const warnings: PolicyWarning[] = [];
    parsePolicy("version: 1\nrules: [{kind: nflog, reason: r, approver: a}]", "p.yaml", {
      onWarning: (warning) => warnings.push(warning),
    });
    assert.match(
      warnings[0]?.message ?? "",
      /^"kind" nflog matches nothing, because the policy doesn't judge listeners/,
    );
    assert.throws(
      () => parsePolicy("version: 1\nlisteners: some\n", "p.yaml"),
      /line 2, column 12: "listeners" must be allowed or findings/,
    );
  });
});
