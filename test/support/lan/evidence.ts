import { type Probe, probeCatalogue } from "../../../src/detect/scan/probe/probe.js";
import type { HostEvidence, ProbeOutcome } from "../../../src/detect/scan/verdict/evidence.js";

/** Returns how often a probe is answered. */
export type Answers = (probe: Probe) => number;

/** Returns evidence of a host that is sent each probe `sent` times, and answers as `answers` says. */
export function evidenceOf(answers: Answers, more: Partial<HostEvidence> = {}, sent = 1): HostEvidence {
  const probes = probeCatalogue().map((probe): ProbeOutcome => {
    const answered = answers(probe);
    const { kind, role, destination = "own" } = probe;
    return { kind, role, destination, sent, answered, outcome: answered > 0 ? "answered" : "unanswered" };
  });
  return { probes, device: { origin: "vendor" }, contested: false, lost: 0, ...more };
}

/** Broadcast, and the groups of all hosts (RFC 1112) and all nodes (RFC 4291). */
const joined = ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33:33:00:00:00:01"];

/**
 * Returns whether a card with a correct filter accepts a probe: to itself, to all, or to a group that it has joined.
 */
export const passesFilter = ({ destination }: Probe): boolean =>
  destination === undefined || joined.includes(destination);

/** Returns whether a card that accepts every group accepts a probe: also any address with the group bit (IEEE 802). */
export const passesGroups = (probe: Probe): boolean =>
  passesFilter(probe) || (Number.parseInt((probe.destination ?? "").slice(0, 2), 16) & 1) === 1;
