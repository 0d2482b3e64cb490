import { type Probe, probeCatalogue } from "../../../src/detect/scan/probe/probe.js";
import type { HostEvidence, ProbeOutcome } from "../../../src/detect/scan/verdict/evidence.js";

/** How often of so many times a probe is answered. */
export type Answers = (probe: Probe) => number;

/** Evidence of a host that is asked everything `sent` times and answers as told. */
export function evidenceOf(answers: Answers, more: Partial<HostEvidence> = {}, sent = 1): HostEvidence {
  const probes = probeCatalogue().map((probe): ProbeOutcome => {
    const answered = answers(probe);
    const { kind, role, destination = "own" } = probe;
    return { kind, role, destination, sent, answered, outcome: answered > 0 ? "answered" : "unanswered" };
  });
  return { probes, device: { origin: "vendor" }, contested: false, lost: 0, ...more };
}

export const isControl = ({ role }: Probe): boolean =>
  role === "discovery" || role === "control" || role === "joined";

export const isGroup = ({ role }: Probe): boolean => role === "known-group" || role === "random-group";
