import type { ComparedReport } from "../../detect/scan/baseline/compare.js";
import { publishedVerdicts } from "../../detect/scan/verdict/published.js";
import type { Verdict } from "../../detect/scan/verdict/verdict.js";
import { formatTable } from "../format/table.js";
import { printable } from "../format/text.js";

const header = ["HOST", "MAC", "VENDOR", "VERDICT", "SURE", "EVIDENCE"];
const SURE = 4;

/**
 * The colours of verdicts on a terminal: for those that need attention, those that may need it, and those that don't.
 */
const colours: Readonly<Record<Verdict, string>> = {
  open: "1;31",
  partial: "33",
  "unfiltered-device": "33",
  filtering: "32",
  unreachable: "2",
};

/**
 * Formats one line per host with the first sentence of the evidence. Further evidence and what changed are on the lines
 * below.
 */
export function formatHosts(
  reports: readonly ComparedReport[],
  { compare, colour }: { readonly compare: boolean; readonly colour: boolean },
): string {
  if (reports.length === 0) return "";
  const rows = reports.map((report) => [
    report.host,
    report.mac ?? "",
    shortened(printable(report.vendor ?? "")),
    report.verdict,
    `${Math.round(report.confidence * 100)}%`,
    printable(report.evidence[0] ?? ""),
  ]);
  const [first = "", ...lines] = formatTable([header, ...rows], [SURE]);
  const out = [first];
  for (const [at, line] of lines.entries()) {
    const report = reports[at] as ComparedReport;
    out.push(colour ? `\x1b[${colours[report.verdict]}m${line}\x1b[0m` : line);
    for (const words of detailsOf(report)) out.push(`    ${printable(words)}`);
    if (compare)
      for (const { tool, says } of publishedVerdicts(report.probes))
        out.push(`    ${tool}: ${says || "nothing"}`);
  }
  return `${out.join("\n")}\n`;
}

/** Shortens text to 24 characters. */
function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** Returns the lines below a host. If nothing is wrong with it, there are none unless optional tests were requested. */
function detailsOf({ verdict, evidence, change, dns, load, login }: ComparedReport): string[] {
  const details = verdict === "filtering" && !dns && !load && !login ? [] : evidence.slice(1);
  if (!change) return details;
  const { kind, before } = change;
  const was = before ? `: was ${before.verdict}, ${before.mac}, on ${before.time}` : "";
  return [...details, `${kind} since the baseline${was}`];
}

/** Formats how many hosts have each verdict. */
export function formatVerdictCounts(reports: readonly ComparedReport[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of reports) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${reports.length} host${reports.length === 1 ? "" : "s"}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}\n`;
}
