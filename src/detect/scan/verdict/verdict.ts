import { counted } from "../../../counted.js";
import { isReliable, type ProbeKind, type ProbeRole, RANDOM_GROUPS } from "../probe/probe.js";
import type { HostEvidence, LocalDevice, ProbeOutcome } from "./evidence.js";

/**
 * - `filtering`: the host answers nothing that a filter discards.
 * - `open`: its multicast filter is open, because it is promiscuous or all-multicast.
 * - `partial`: the host answers some of it.
 * - `unfiltered-device`: the host answers all of it, as a device without a filter always does.
 * - `unreachable`: the host answers no control, so its silence proves nothing.
 * - `undecided`: the scan was ended before it had asked the host everything.
 */
export type Verdict = "filtering" | "open" | "partial" | "unfiltered-device" | "unreachable" | "undecided";

export interface Judgement {
  readonly verdict: Verdict;
  /** How sure the verdict is, from 0 to 1. docs/scan.md explains how it is determined. */
  readonly confidence: number;
  /** The reasons, in sentences. */
  readonly evidence: readonly string[];
}

/** What the probes of one kind show. A kind whose controls weren't answered shows nothing. */
interface Testimony {
  readonly kind: ProbeKind;
  readonly groups: number;
  readonly answered: number;
  /** Whether all unpredictable groups were answered, and there were several. */
  readonly isOpen: boolean;
  readonly otherUnicast: boolean;
}

/** Kinds of devices without a filter, by the kernel's name for the kind. */
const unfilteredKinds: Readonly<Record<string, string>> = {
  veth: "veth",
  bridge: "a bridge",
  dummy: "dummy",
};

const kindNames: Readonly<Record<ProbeKind, string>> = {
  arp: "ARP",
  icmp: "ICMP",
  icmp6: "ICMPv6",
  "icmp6-all": "ICMPv6 to all nodes",
  nd: "neighbour solicitation",
  option: "unknown destination option",
  "option-all": "unknown destination option to all nodes",
};

const protocols: Readonly<Record<ProbeKind, string>> = {
  arp: "ARP",
  icmp: "ICMP",
  icmp6: "ICMPv6",
  "icmp6-all": "ICMPv6",
  nd: "ICMPv6",
  option: "ICMPv6",
  "option-all": "ICMPv6",
};

/** Judges a host. The verdict depends only on the evidence; the table in docs/scan.md describes it. */
export function judge(evidence: HostEvidence): Judgement {
  const byProbes = judgeProbes(evidence);
  const { dns, load, login } = evidence;
  const words = [
    ...(dns ? [`DNS decoy: ${dns.words}`] : []),
    ...(login
      ? [`used the decoy login ${counted(login.times, "time")}, which crossed the LAN in frames for nobody`]
      : []),
  ];
  const isCaught = dns?.verdict === "asks" || login !== undefined;
  const judgement = isCaught ? judgeCaught(byProbes) : byProbes;
  const more = load ? [`load: ${load.words}`] : [];
  const all = isCaught
    ? [...words, ...judgement.evidence, ...more]
    : [...judgement.evidence, ...words, ...more];
  return { ...judgement, evidence: all };
}

/** Changes the judgement of a host that reacted to traffic that only a promiscuous card receives. */
function judgeCaught({ verdict, evidence }: Judgement): Judgement {
  const hides = verdict === "open" || verdict === "unfiltered-device" ? [] : ["it hides from probes"];
  return {
    verdict: "open",
    confidence: 0.99,
    evidence: ["promiscuous: all-multicast is ruled out", ...hides, ...evidence],
  };
}

/** Judges a host that wasn't asked everything, because the scan was ended before. */
export function judgeEarly(probes: readonly ProbeOutcome[]): Judgement {
  const groups = probes.filter(({ role, sent }) => isGroup(role) && sent > 0);
  const answered = groups.filter(isAnswered).length;
  const known =
    groups.length === 0
      ? "the scan was ended before it asked this host"
      : `so far, it answers ${answered} of ${counted(groups.length, "probe")} in frames for group addresses that it hasn't joined: the scan was ended early`;
  return { verdict: "undecided", confidence: 0, evidence: [known] };
}

function judgeProbes(evidence: HostEvidence): Judgement {
  const { probes } = evidence;
  if (!probes.some((probe) => isControl(probe) && probe.answered > 0))
    return {
      verdict: "unreachable",
      confidence: 0.9,
      evidence: ["answers no control: neither broadcast nor its own address"],
    };
  const testimonies = testify(probes);
  const open = testimonies.filter(({ isOpen }) => isOpen);
  const hits = testimonies.reduce((sum, { answered }) => sum + answered, 0);
  const otherUnicast = testimonies.filter((each) => each.otherUnicast);
  if (open.length > 0) return judgeOpen(evidence, testimonies, open, otherUnicast);
  if (otherUnicast.length > 0)
    return {
      verdict: "unfiltered-device",
      confidence: 0.6,
      evidence: [
        `answers frames for another station's unicast address (${names(otherUnicast)}), and ${hits === 0 ? "none" : hits} for groups`,
        "macvlan in passthru mode does so whether it is promiscuous or not",
      ],
    };
  if (hits > 0) return judgePartial(evidence, testimonies, hits);
  return judgeSilent(evidence, testimonies);
}

function judgeOpen(
  { device, contested }: HostEvidence,
  testimonies: readonly Testimony[],
  open: readonly Testimony[],
  otherUnicast: readonly Testimony[],
): Judgement {
  const groups = open.reduce((sum, { groups: of }) => sum + of, 0);
  const silent = testimonies.filter(({ groups: of, answered }) => of >= RANDOM_GROUPS && answered === 0);
  const words = [
    `answers all ${counted(groups, "probe")} in frames for group addresses that it hasn't joined (${names(open)})`,
    "promiscuous or all-multicast: no such test separates the two on Linux, the DNS decoy does",
  ];
  if (silent.length > 0)
    words.push(
      `something silences it for ${silent.map(({ kind }) => kindNames[kind]).join(", ")}: those are filtered by hand`,
    );
  if (otherUnicast.length > 0)
    words.push(`answers frames for another station's unicast address too (${names(otherUnicast)})`);
  if (contested) words.push("another machine answers for its address too");
  const local = device.onThisMachine;
  const filterless = local?.kind === undefined ? undefined : unfilteredKinds[local.kind];
  if (local && filterless) {
    words.push(`it is ${whereIs(local)} on this machine, ${filterless}, which has no filter`);
    words.push(`its kernel's count of promiscuity is ${local.promiscuity}: promisc who names the holders`);
    return { verdict: "unfiltered-device", confidence: 0.99, evidence: words };
  }
  if (device.origin === "container") {
    words.push("its address is one that Docker gives to veth devices, which have no filter");
    return { verdict: "unfiltered-device", confidence: 0.8, evidence: words };
  }
  let confidence = open.length > 1 ? 0.95 : 0.9;
  if (device.origin === "hypervisor") {
    confidence = 0.85;
    words.push("its vendor prefix is a hypervisor's: some virtual cards have no filter");
  } else if (device.origin === "local") {
    confidence = 0.75;
    words.push("its address was made up locally, as those of virtual devices without a filter (veth) are");
  }
  if (local && !filterless)
    words.push(`it is ${whereIs(local)} on this machine, where the kernel counts ${local.promiscuity}`);
  if (contested) confidence -= 0.2;
  return { verdict: "open", confidence: rounded(confidence), evidence: words };
}

/** `eth0 in web`, or `eth0 in net:[4026531840]` */
function whereIs({ ifname, netns, netnsName = `net:[${netns}]` }: LocalDevice): string {
  return `${ifname} in ${netnsName}`;
}

function judgePartial(
  { contested, lost }: HostEvidence,
  testimonies: readonly Testimony[],
  hits: number,
): Judgement {
  const groups = testimonies.reduce((sum, { groups: of }) => sum + of, 0);
  const hit = testimonies.filter(({ answered }) => answered > 0);
  const words = [
    `answers ${hits} of ${counted(groups, "probe")} in frames for group addresses that it hasn't joined (${names(hit)})`,
    "a hash filter lets some through by collision; a switch that snoops, or losses, keep some away",
  ];
  let confidence = 0.6;
  if (contested) confidence = 0.3;
  if (contested) words.push("another machine answers for its address too");
  if (lost > 0) {
    confidence = 0.3;
    words.push(`the scanner lost ${counted(lost, "frame")}, answers perhaps among them`);
  }
  return { verdict: "partial", confidence, evidence: words };
}

function judgeSilent(
  { probes, contested, lost }: HostEvidence,
  testimonies: readonly Testimony[],
): Judgement {
  const steady = testimonies.filter(({ kind }) => answersEveryControl(probes, kind));
  if (steady.length === 0)
    return {
      verdict: "unreachable",
      confidence: 0.6,
      evidence: ["answers some controls and others not: it went away meanwhile, or answers too seldom"],
    };
  const reached = steady.filter(({ kind }) => hearsGroups(probes, kind));
  const groups = reached.reduce((sum, { groups: of }) => sum + of, 0);
  if (groups === 0)
    return {
      verdict: "partial",
      confidence: 0.1,
      evidence: [
        "answers controls, but nothing in frames for the group of all hosts, which every host has joined: its silence for other groups proves nothing",
        "a switch that snoops, or a host that doesn't answer in group frames at all",
      ],
    };
  const words = [
    `answers its controls and none of ${counted(groups, "probe")} in frames for group addresses that it hasn't joined (${names(reached)})`,
  ];
  let confidence = reached.length > 1 ? 0.97 : 0.9;
  if (reached.length === 1)
    words.push(`only ${names(reached)} could be tested: a sniffer may silence one protocol`);
  if (contested) {
    confidence = 0.4;
    words.push("another machine answers for its address too: either may have given the answers");
  }
  if (lost > 0) {
    confidence = Math.min(confidence, 0.3);
    words.push(`the scanner lost ${counted(lost, "frame")}, answers perhaps among them: scan again, slower`);
  }
  return { verdict: "filtering", confidence, evidence: words };
}

/**
 * Returns the testimony of the kinds whose control the host answers. For the other kinds, silence means nothing, but an
 * answer still counts.
 */
function testify(probes: readonly ProbeOutcome[]): Testimony[] {
  const kinds = [...new Set(probes.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = probes.filter((probe) => probe.kind === kind);
    const groups = own.filter(({ role, sent }) => isGroup(role) && sent > 0);
    const random = own.filter(({ role, sent }) => role === "random-group" && sent > 0);
    const answered = groups.filter(isAnswered).length;
    const hasControl = own.some((probe) => isControl(probe) && probe.answered > 0);
    if (!hasControl && answered === 0) return [];
    return [
      {
        kind,
        groups: groups.length,
        answered,
        isOpen: random.length >= RANDOM_GROUPS && random.every(isAnswered),
        otherUnicast: own.some((probe) => probe.role === "other-unicast" && isAnswered(probe)),
      },
    ];
  });
}

function isAnswered({ sent, answered }: ProbeOutcome): boolean {
  return isReliable(sent, answered);
}

/** Reports whether a host kept answering. The controls of one kind come before and after its other probes. */
function answersEveryControl(probes: readonly ProbeOutcome[], kind: ProbeKind): boolean {
  const own = probes.filter((probe) => probe.kind === kind);
  const controls = own.filter(({ role }) => role === "control");
  // Probes to all nodes have no other control than the group that they have joined.
  const asked = controls.length > 0 ? controls : own.filter(({ role }) => role === "joined");
  return asked.length > 0 && asked.every(({ answered }) => answered > 0);
}

/** Reports whether frames for groups reach a host at all, as far as the probes of this kind show. */
function hearsGroups(probes: readonly ProbeOutcome[], kind: ProbeKind): boolean {
  const family = (each: ProbeKind): "4" | "6" => (each === "arp" || each === "icmp" ? "4" : "6");
  return probes.some(
    (probe) => probe.role === "joined" && probe.answered > 0 && family(probe.kind) === family(kind),
  );
}

function isControl({ role }: ProbeOutcome): boolean {
  return role === "control" || role === "joined" || role === "discovery";
}

function isGroup(role: ProbeRole): boolean {
  return role === "known-group" || role === "random-group";
}

function names(testimonies: readonly Testimony[]): string {
  return [...new Set(testimonies.map(({ kind }) => protocols[kind]))].join(", ");
}

function rounded(confidence: number): number {
  return Math.round(confidence * 100) / 100;
}
