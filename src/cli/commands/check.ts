import { usageError } from "../../errors.js";
import { replaceFile } from "../../linux/file/replace-file.js";
import { present } from "../../present.js";
import type { Blindness } from "../../promiscuity/holders/accounting.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type { PromiscuityReport } from "../../promiscuity/holders/report.js";
import { selectNamespace } from "../../promiscuity/holders/select.js";
import { explainPolicy } from "../../promiscuity/policy/explain.js";
import { checkPolicy, type Finding } from "../../promiscuity/policy/findings.js";
import { hiddenIn } from "../../promiscuity/policy/judged-listeners.js";
import type { Policy } from "../../promiscuity/policy/policy.js";
import { reasonOf } from "../../promiscuity/reason.js";
import { findingToEcs } from "../format/export/ecs.js";
import { describeFinding } from "../format/finding.js";
import { printable, toJson } from "../format/text.js";
import { chooseFormat } from "../option/output-format.js";
import { readPolicy } from "../option/read-policy.js";
import { exitStatus, reportError } from "../output/report-error.js";
import { jsonLine, write, writeExactly } from "../output/write.js";
import type { OptionsOf } from "../program.js";

const formats = ["text", "json", "ecs", "prometheus"] as const;

/** Prints what the policy doesn't allow, and sets the exit status to 1 if there is a finding. */
export async function checkPromiscuity({
  policy: path,
  netns,
  output,
  explain = false,
  ...global
}: OptionsOf<"check">): Promise<void> {
  const format = chooseFormat(formats, global, "check");
  if (explain && format !== "text" && format !== "json")
    throw usageError("check", `--explain has no format ${format}`, "formats: text, json");
  const policy = readPolicy(path);
  const all = await read(policy, global.debug);
  const report = netns === undefined ? all : selectNamespace(all, netns);
  const now = new Date();
  const findings = checkPolicy(report, policy, { now });
  const text = explain
    ? await formatExplained(format, report, policy, findings, now)
    : await formatFindings(format, report, findings, now);
  if (output !== undefined) replaceFile(output, text);
  // Set the status before printing, because the reader of the output may go away.
  if (findings.length > 0) process.exitCode ||= exitStatus.finding;
  else if (format === "text") write(2, `${printable(noFindings(hiddenIn(report, policy)))}\n`);
  if (output === undefined) (format === "text" ? write : writeExactly)(1, text);
}

/**
 * Reads the holders. If nothing could be read, that is a finding too, so that the output shows it. Otherwise an output
 * file would remain unchanged.
 */
async function read(policy: Policy, debug = false): Promise<PromiscuityReport> {
  try {
    if (policy.listeners !== "findings") return readPromiscuity();
    const { readListeners } = await import("../../promiscuity/listeners/read.js");
    return readListeners();
  } catch (error) {
    const reason = reasonOf(error);
    reportError(error, debug);
    return {
      interfaces: [],
      capturing: [],
      incomplete: [{ reason }],
      ...(policy.listeners === "findings" ? { listeners: [] } : {}),
    };
  }
}

/** Returns the message for no findings, which says so if not everything could be read. */
function noFindings(unseen: readonly Blindness[]): string {
  if (unseen.length === 0) return "no findings";
  const what = unseen.map(({ reason, remedy }) => `${reason}: ${remedy}`).join("; ");
  return `no findings in what can be seen; the policy allows that something can't be: ${what}`;
}

async function formatFindings(
  format: (typeof formats)[number],
  report: PromiscuityReport,
  findings: readonly Finding[],
  now: Date,
): Promise<string> {
  switch (format) {
    case "text":
      return findings.map((finding) => `${printable(describeFinding(finding))}\n`).join("");
    case "json":
      return jsonLine(describeAll(report, findings));
    case "ecs":
      return findings.map((finding) => `${toJson(findingToEcs(finding, now))}\n`).join("");
    case "prometheus": {
      const { formatPrometheus } = await import("../format/export/prometheus.js");
      return formatPrometheus(report, findings);
    }
  }
}

/** Formats the same with the rules that allow each holder, or don't. */
async function formatExplained(
  format: (typeof formats)[number],
  report: PromiscuityReport,
  policy: Policy,
  findings: readonly Finding[],
  now: Date,
): Promise<string> {
  const { boundExplanation, formatExplanation } = await import("../format/explanation.js");
  const explanation = boundExplanation(explainPolicy(report, policy, { now }));
  if (format === "json") return jsonLine({ ...describeAll(report, findings), explanation });
  return formatExplanation(explanation, findings, hiddenIn(report, policy))
    .map((line) => `${printable(line)}\n`)
    .join("");
}

function describeAll({ unseen, notLookedAt }: PromiscuityReport, findings: readonly Finding[]): object {
  return {
    findings: findings.map((finding) => ({ ...finding, message: describeFinding(finding) })),
    // What couldn't be read is included even if the policy allows it.
    ...present({ unseen, notLookedAt }),
  };
}
