import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HostEvidence } from "../../../../src/detect/scan/verdict/evidence.js";
import { judge, type Verdict } from "../../../../src/detect/scan/verdict/verdict.js";
import { evidenceOf, passesFilter, passesGroups } from "../../../support/lan/evidence.js";

const filtering = evidenceOf((probe) => (passesFilter(probe) ? 1 : 0));
const answersAll = (more: Partial<HostEvidence> = {}): HostEvidence =>
  evidenceOf((probe) => (passesGroups(probe) ? 1 : 0), more);
const onlyKinds = (kinds: readonly string[]): HostEvidence =>
  evidenceOf((probe) => (passesFilter(probe) || (passesGroups(probe) && kinds.includes(probe.kind)) ? 1 : 0));
const veth = { netns: 7, ifname: "eth0", kind: "veth", promiscuity: 0 };

// The verdict's text counts these probes: ARP for 6 addresses from the literature, each of five kinds for 6 random
// addresses, and one of each of the two kinds that the kernel seldom answers.
const silent =
  "answers its controls and none of 38 probes in frames for group addresses that it hasn't joined (ARP, ICMP, ICMPv6)";
const open = (probes: number, protocols: string): readonly string[] => [
  `answers all ${probes} probes in frames for group addresses that it hasn't joined (${protocols})`,
  "promiscuous or all-multicast: no such test separates the two on Linux, the DNS decoy does",
];
const madeUp = "its address was made up locally, as those of virtual devices without a filter (veth) are";
const some = "a hash filter lets some through by collision; a switch that snoops, or losses, keep some away";
const passthru = "macvlan in passthru mode does so whether it is promiscuous or not";

/** The rows of the table in docs/scan.md. */
const rows: readonly [
  name: string,
  evidence: HostEvidence,
  verdict: Verdict,
  confidence: number,
  words: readonly string[],
][] = [
  [
    "answers no control probe",
    evidenceOf(() => 0),
    "unreachable",
    0.9,
    ["answers no control: neither broadcast nor its own address"],
  ],
  [
    "stops answering during the scan",
    evidenceOf((probe) => (probe.role === "discovery" ? 1 : 0)),
    "unreachable",
    0.6,
    ["answers some controls and others not: it went away meanwhile, or answers too seldom"],
  ],
  ["answers only control probes", filtering, "filtering", 0.97, [silent]],
  [
    "answers only control probes and can be tested by one kind of probe only",
    { ...filtering, probes: filtering.probes.filter(({ kind }) => kind === "arp") },
    "filtering",
    0.9,
    [
      "answers its controls and none of 12 probes in frames for group addresses that it hasn't joined (ARP)",
      "only ARP could be tested: a sniffer may silence one protocol",
    ],
  ],
  [
    "answers only control probes and another machine answers for it too",
    { ...filtering, contested: true },
    "filtering",
    0.4,
    [silent, "another machine answers for its address too: either may have given the answers"],
  ],
  [
    "answers only control probes and the scanner lost answers",
    { ...filtering, lost: 3 },
    "filtering",
    0.3,
    [silent, "the scanner lost 3 frames, answers perhaps among them: scan again, slower"],
  ],
  [
    "doesn't answer in frames for the group of all hosts",
    evidenceOf(({ role }) => (role === "discovery" || role === "control" ? 1 : 0)),
    "partial",
    0.1,
    [
      "answers controls, but nothing in frames for the group of all hosts, which every host has joined: its silence for other groups proves nothing",
      "a switch that snoops, or a host that doesn't answer in group frames at all",
    ],
  ],
  ["answers all groups", answersAll(), "open", 0.95, open(36, "ARP, ICMP, ICMPv6")],
  [
    "answers all groups, and only ARP could be tested",
    { ...answersAll(), probes: answersAll().probes.filter(({ kind }) => kind === "arp") },
    "open",
    0.9,
    open(12, "ARP"),
  ],
  [
    "answers all groups and has a hypervisor's address",
    answersAll({ device: { origin: "hypervisor" } }),
    "open",
    0.85,
    [
      ...open(36, "ARP, ICMP, ICMPv6"),
      "its vendor prefix is a hypervisor's: some virtual cards have no filter",
    ],
  ],
  [
    "answers all groups and has a locally administered address",
    answersAll({ device: { origin: "local" } }),
    "open",
    0.75,
    [...open(36, "ARP, ICMP, ICMPv6"), madeUp],
  ],
  [
    "answers all groups and another machine answers for it too",
    answersAll({ contested: true }),
    "open",
    0.75,
    [...open(36, "ARP, ICMP, ICMPv6"), "another machine answers for its address too"],
  ],
  [
    "answers all groups and has one of Docker's addresses",
    answersAll({ device: { origin: "container" } }),
    "unfiltered-device",
    0.8,
    [
      ...open(36, "ARP, ICMP, ICMPv6"),
      "its address is one that Docker gives to veth devices, which have no filter",
    ],
  ],
  [
    "answers all groups and is a veth of this machine",
    answersAll({ device: { origin: "local", onThisMachine: veth } }),
    "unfiltered-device",
    0.99,
    [
      ...open(36, "ARP, ICMP, ICMPv6"),
      "it is eth0 in net:[7] on this machine, veth, which has no filter",
      "its kernel's count of promiscuity is 0: promisc who names the holders",
    ],
  ],
  [
    "answers all groups and is a promiscuous macvlan of this machine",
    answersAll({ device: { origin: "local", onThisMachine: { ...veth, kind: "macvlan", promiscuity: 1 } } }),
    "open",
    0.75,
    [
      ...open(36, "ARP, ICMP, ICMPv6"),
      madeUp,
      "it is eth0 in net:[7] on this machine, where the kernel counts 1",
    ],
  ],
  [
    "doesn't answer ARP in group frames",
    onlyKinds(["icmp"]),
    "open",
    0.9,
    [
      ...open(6, "ICMP"),
      "something silences it for ARP, neighbour solicitation, ICMPv6 to all nodes, ICMPv6: those are filtered by hand",
    ],
  ],
  [
    "drops unicast in group frames",
    onlyKinds(["arp", "icmp6-all"]),
    "open",
    0.95,
    [
      ...open(18, "ARP, ICMPv6"),
      "something silences it for ICMP, neighbour solicitation, ICMPv6: those are filtered by hand",
    ],
  ],
  [
    "has one of Sanai's addresses in its hash filter",
    evidenceOf((probe) => (passesFilter(probe) || probe.destination === "ff:00:00:00:00:00" ? 1 : 0)),
    "partial",
    0.6,
    ["answers 1 of 38 probes in frames for group addresses that it hasn't joined (ARP)", some],
  ],
  [
    "answers a few groups and another machine answers for it too",
    {
      ...evidenceOf((probe) => (passesFilter(probe) || probe.role === "known-group" ? 1 : 0)),
      contested: true,
    },
    "partial",
    0.3,
    [
      "answers 6 of 38 probes in frames for group addresses that it hasn't joined (ARP)",
      some,
      "another machine answers for its address too",
    ],
  ],
  [
    "answers only other unicast addresses",
    evidenceOf((probe) => (passesFilter(probe) || probe.role === "other-unicast" ? 1 : 0)),
    "unfiltered-device",
    0.6,
    [
      "answers frames for another station's unicast address (ARP, ICMP, ICMPv6), and none for groups",
      passthru,
    ],
  ],
  [
    "answers other unicast addresses, and a group by collision",
    evidenceOf((probe) =>
      passesFilter(probe) ||
      probe.role === "other-unicast" ||
      (probe.kind === "arp" && probe.destination === "ff:00:00:00:00:00")
        ? 1
        : 0,
    ),
    "unfiltered-device",
    0.6,
    ["answers frames for another station's unicast address (ARP, ICMP, ICMPv6), and 1 for groups", passthru],
  ],
];

describe("the verdict on a host", () => {
  for (const [name, evidence, verdict, confidence, words] of rows)
    it(`is ${verdict} with confidence ${confidence} if it ${name}`, () => {
      const judgement = judge(evidence);
      assert.deepEqual(judgement, { verdict, confidence, evidence: words });
    });

  it("is open if it lost each probe once or twice", () => {
    const evidence = evidenceOf((probe) => (passesGroups(probe) ? 2 : 0), {}, 3);
    assert.deepEqual(judge(evidence), {
      verdict: "open",
      confidence: 0.95,
      evidence: open(36, "ARP, ICMP, ICMPv6"),
    });
  });

  it("is filtering if one of three answers was stray", () => {
    const evidence = evidenceOf(
      (probe) =>
        passesFilter(probe) ? 3 : probe.destination === "ff:ff:00:00:00:00" && probe.kind === "arp" ? 1 : 0,
      {},
      3,
    );
    assert.deepEqual(judge(evidence), { verdict: "filtering", confidence: 0.97, evidence: [silent] });
  });

  it("is never filtering if it answered no control probe, whatever else it answered", () => {
    const discovered = evidenceOf(({ role }) => (role === "discovery" ? 1 : 0));
    assert.equal(judge(discovered).verdict, "unreachable");
  });
});
