import type { ComparedReport } from "../../detect/scan/baseline/compare.js";
import { publishedVerdicts } from "../../detect/scan/verdict/published.js";
import type { Verdict } from "../../detect/scan/verdict/verdict.js";
import { formatTable } from "../format/table.js";
import { printable } from "../format/text.js";

const header = ["HOST", "MAC", "VENDOR", "VERDICT", "SURE", "EVIDENCE"];
const SURE = 4;

/** In the terminal's colours: what must be looked into, what may, and what is as it should be. */
const colours: Readonly<Record<Verdict, string>> = {
  open: "1;31",
  partial: "33",
  "unfiltered-device": "33",
  filtering: "32",
  unreachable: "2",
};

/** A host a line with the first word of evidence; the rest of it, and what changed, on lines below. */
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

/** To 24 characters. */
function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** Of what is as it should be there is no more to say, unless more was asked. */
function detailsOf({ verdict, evidence, change, dns, load, login }: ComparedReport): string[] {
  const details = verdict === "filtering" && !dns && !load && !login ? [] : evidence.slice(1);
  if (!change) return details;
  const { kind, before } = change;
  const was = before ? `: was ${before.verdict}, ${before.mac}, on ${before.time}` : "";
  return [...details, `${kind} since the baseline${was}`];
}

/** How many hosts have which verdict. */
export function formatVerdictCounts(reports: readonly ComparedReport[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of reports) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${reports.length} host${reports.length === 1 ? "" : "s"}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}\n`;
}
