import type { HostReport } from "../report.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Baseline, BaselineHost } from "./baseline.js";

/**
 * - `opened`: the host filtered before and is open now. This is the strongest finding.
 * - `closed`: the host was open before and filters now.
 * - `new`, `gone`: the host wasn't there before, or is no longer there.
 * - `replaced`: another machine has the address.
 * - `changed`: any other change of the verdict.
 */
export type ChangeKind = "opened" | "closed" | "new" | "gone" | "replaced" | "changed";

export interface HostChange {
  readonly kind: ChangeKind;
  readonly before?: { readonly verdict: Verdict; readonly mac: string; readonly time: string };
}

/** A host's report, with what changed since earlier scans. */
export type ComparedReport = HostReport & { readonly change?: HostChange };

/**
 * Adds to each report what changed since the baseline. A host that filtered before and is open now gets a higher
 * confidence.
 */
export function compareWithBaseline(baseline: Baseline, reports: readonly HostReport[]): ComparedReport[] {
  // In the first scan everything would be new.
  if (baseline.hosts.length === 0) return [...reports];
  const known = new Map(baseline.hosts.map((each) => [each.host, each]));
  return reports.map((report) => compare(report, known.get(report.host)));
}

function compare(report: HostReport, before: BaselineHost | undefined): ComparedReport {
  const kind = changeOf(report, before);
  if (kind === undefined) return report;
  const change: HostChange = before
    ? { kind, before: { verdict: before.verdict, mac: before.mac, time: before.time } }
    : { kind };
  if (kind !== "opened" || !before) return { ...report, change };
  const words = `it filtered on ${before.filtering}, with the same card: the same device has been opened since`;
  return {
    ...report,
    // The earlier verdict shows that the device can filter.
    verdict: "open",
    confidence: Math.max(report.confidence, 0.99),
    evidence: [words, ...report.evidence],
    change,
  };
}

function changeOf({ verdict, mac }: HostReport, before: BaselineHost | undefined): ChangeKind | undefined {
  const isThere = mac !== undefined && verdict !== "unreachable";
  if (!before) return isThere ? "new" : undefined;
  if (!isThere) return "gone";
  if (mac !== before.mac) return "replaced";
  if (isOpen(verdict) && before.filtering !== undefined) return "opened";
  if (verdict === before.verdict) return undefined;
  return verdict === "filtering" && isOpen(before.verdict) ? "closed" : "changed";
}

function isOpen(verdict: Verdict): boolean {
  return verdict === "open" || verdict === "unfiltered-device";
}
