import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HostEvidence } from "../../../../src/detect/scan/verdict/evidence.js";
import { judge, type Verdict } from "../../../../src/detect/scan/verdict/verdict.js";
import { evidenceOf, isControl, isGroup } from "../../../support/lan/evidence.js";

const filtering = evidenceOf((probe) => (isControl(probe) ? 1 : 0));
const answersAll = (more: Partial<HostEvidence> = {}): HostEvidence =>
  evidenceOf((probe) => (isControl(probe) || isGroup(probe) ? 1 : 0), more);
const onlyKinds = (kinds: readonly string[]): HostEvidence =>
  evidenceOf((probe) => (isControl(probe) || (isGroup(probe) && kinds.includes(probe.kind)) ? 1 : 0));
const veth = { netns: 7, ifname: "eth0", kind: "veth", promiscuity: 0 };

/** The table of docs/scan.md, a row each. */
const rows: readonly [
  name: string,
  evidence: HostEvidence,
  verdict: Verdict,
  confidence: number,
  words: RegExp,
][] = [
  ["answers no control", evidenceOf(() => 0), "unreachable", 0.9, /answers no control/],
  [
    "stops answering meanwhile",
    evidenceOf((probe) => (probe.role === "discovery" ? 1 : 0)),
    "unreachable",
    0.6,
    /went away meanwhile/,
  ],
  ["answers controls alone", filtering, "filtering", 0.97, /none of \d+ probes/],
  [
    "can be tested by one kind of probe alone",
    { ...filtering, probes: filtering.probes.filter(({ kind }) => kind === "arp") },
    "filtering",
    0.9,
    /only ARP could be tested/,
  ],
  [
    "and another machine answers for it",
    { ...filtering, contested: true },
    "filtering",
    0.4,
    /another machine/,
  ],
  ["and the scanner lost answers", { ...filtering, lost: 3 }, "filtering", 0.3, /lost 3 frames/],
  [
    "doesn't answer in frames for the group of all hosts",
    evidenceOf(({ role }) => (role === "discovery" || role === "control" ? 1 : 0)),
    "partial",
    0.1,
    /proves nothing/,
  ],
  ["answers all groups", answersAll(), "open", 0.95, /answers all \d+ probes.*|all-multicast/],
  [
    "answers all groups, and only ARP could be tested",
    { ...answersAll(), probes: answersAll().probes.filter(({ kind }) => kind === "arp") },
    "open",
    0.9,
    /no such test separates the two/,
  ],
  [
    "… with a hypervisor's address",
    answersAll({ device: { origin: "hypervisor" } }),
    "open",
    0.85,
    /a hypervisor's/,
  ],
  ["… with a made-up address", answersAll({ device: { origin: "local" } }), "open", 0.75, /made up locally/],
  ["… contested", answersAll({ contested: true }), "open", 0.75, /another machine answers/],
  [
    "… with Docker's address",
    answersAll({ device: { origin: "container" } }),
    "unfiltered-device",
    0.8,
    /Docker gives to veth/,
  ],
  [
    "… and is a veth of this machine",
    answersAll({ device: { origin: "local", onThisMachine: veth } }),
    "unfiltered-device",
    0.99,
    /veth, which has no filter/,
  ],
  [
    "… and is a macvlan of this machine, which has one",
    answersAll({ device: { origin: "local", onThisMachine: { ...veth, kind: "macvlan", promiscuity: 1 } } }),
    "open",
    0.75,
    /the kernel counts 1/,
  ],
  ["silences ARP in such frames", onlyKinds(["icmp"]), "open", 0.9, /something silences it for ARP/],
  ["drops unicast in group frames", onlyKinds(["arp", "icmp6-all"]), "open", 0.95, /silences it for ICMP/],
  [
    "has an address of Sanai's in its hash filter",
    evidenceOf((probe) => (isControl(probe) || probe.destination === "ff:00:00:00:00:00" ? 1 : 0)),
    "partial",
    0.6,
    /answers 1 of/,
  ],
  [
    "answers a few, contested",
    { ...evidenceOf((probe) => (isControl(probe) || probe.role === "known-group" ? 1 : 0)), contested: true },
    "partial",
    0.3,
    /collision/,
  ],
  [
    "answers other unicast addresses alone",
    evidenceOf((probe) => (isControl(probe) || probe.role === "other-unicast" ? 1 : 0)),
    "unfiltered-device",
    0.6,
    /unicast address \(ARP, ICMP, ICMPv6\), and none for groups.*passthru/,
  ],
  [
    "answers other unicast addresses, and a group by collision",
    evidenceOf(({ kind, role, destination }) =>
      isControl({ kind, role, destination }) ||
      role === "other-unicast" ||
      (kind === "arp" && destination === "ff:00:00:00:00:00")
        ? 1
        : 0,
    ),
    "unfiltered-device",
    0.6,
    /and 1 for groups.*passthru/,
  ],
];

describe("the verdict on a host that", () => {
  for (const [name, evidence, verdict, confidence, words] of rows)
    it(`${name} is ${verdict}, ${confidence}`, () => {
      const judgement = judge(evidence);
      assert.deepEqual(
        { verdict: judgement.verdict, confidence: judgement.confidence },
        { verdict, confidence },
        judgement.evidence.join("; "),
      );
      assert.match(judgement.evidence.join("; "), words);
    });

  it("is open although each probe was lost once or twice", () => {
    const evidence = evidenceOf((probe) => (isControl(probe) || isGroup(probe) ? 2 : 0), {}, 3);
    assert.equal(judge(evidence).verdict, "open");
  });

  it("is filtering although one answer of three is a stray one", () => {
    const evidence = evidenceOf(
      (probe) =>
        isControl(probe) ? 3 : probe.destination === "ff:ff:00:00:00:00" && probe.kind === "arp" ? 1 : 0,
      {},
      3,
    );
    assert.equal(judge(evidence).verdict, "filtering");
  });

  it("is never filtering without a control, whatever else is answered or not", () => {
    const silent = evidenceOf(({ role }) => (role === "discovery" ? 1 : 0));
    assert.notEqual(judge(silent).verdict, "filtering");
  });
});
