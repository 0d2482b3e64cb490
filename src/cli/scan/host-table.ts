import { counted } from "../../counted.js";
import type { ComparedReport } from "../../detect/scan/baseline/compare.js";
import { publishedVerdicts } from "../../detect/scan/verdict/published.js";
import type { Verdict } from "../../detect/scan/verdict/verdict.js";
import { formatTable } from "../format/table.js";
import { printable } from "../format/text.js";
import { cutToWidth, displayWidth } from "../format/wrap.js";

const header = ["HOST", "MAC", "VENDOR", "VERDICT", "SURE", "EVIDENCE"];
const SURE = 4;
const EVIDENCE = 5;
/** If fewer columns are left for the evidence, it is printed on a line of its own. */
const LEAST_FOR_EVIDENCE = 40;

/**
 * The colours of verdicts on a terminal: for those that need attention, those that may need it, and those that don't.
 */
const colours: Readonly<Record<Verdict, string>> = {
  open: "1;31",
  partial: "33",
  "unfiltered-device": "33",
  filtering: "32",
  unreachable: "2",
  undecided: "2",
};

export interface HostTableOptions {
  /** Whether to add what other tools would conclude. */
  readonly compare: boolean;
  /** Whether evidence is printed in full on a terminal too. */
  readonly verbose: boolean;
  /** The columns of the terminal, or Infinity if the table isn't printed on one. */
  readonly width: number;
  readonly colour: boolean;
}

/**
 * Formats one line per host with the first sentence of the evidence. Further evidence and what changed are on the lines
 * below. On a terminal, evidence is cut to its width and the rest is left out, unless it is asked for.
 */
export function formatHosts(
  reports: readonly ComparedReport[],
  { compare, verbose, width, colour }: HostTableOptions,
): string {
  if (reports.length === 0) return "";
  const isShort = width !== Number.POSITIVE_INFINITY && !verbose;
  const rows = reports.map((report) => [
    report.host,
    report.mac ?? "",
    shortened(printable(report.vendor ?? "")),
    report.verdict,
    `${Math.round(report.confidence * 100)}%`,
    printable(report.evidence[0] ?? ""),
  ]);
  const table = [header, ...rows];
  const withoutEvidence = formatTable(
    table.map((row) => row.slice(0, EVIDENCE)),
    [SURE],
  );
  const isBelow = Math.max(...withoutEvidence.map(displayWidth)) + LEAST_FOR_EVIDENCE > width;
  const [first = "", ...lines] = isBelow ? withoutEvidence : formatTable(table, [SURE]);
  const out = [first];
  const cut = (line: string): string => (isShort ? cutToWidth(line, width) : line);
  for (const [at, line] of lines.entries()) {
    const report = reports[at] as ComparedReport;
    const shown = isBelow ? line : cut(line);
    out.push(colour ? `\x1b[${colours[report.verdict]}m${shown}\x1b[0m` : shown);
    if (isBelow) out.push(cut(`    ${rows[at]?.[EVIDENCE]}`));
    for (const words of detailsOf(report, isShort)) out.push(`    ${printable(words)}`);
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
function detailsOf(
  { verdict, evidence, change, dns, load, login }: ComparedReport,
  isShort: boolean,
): string[] {
  const isUsual = (verdict === "filtering" || isShort) && !dns && !load && !login;
  const details = isUsual ? [] : evidence.slice(1);
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
  return `${counted(reports.length, "host")}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}\n`;
}
