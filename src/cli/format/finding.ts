import type { Finding, HolderFinding } from "../../promiscuity/policy/findings.js";
import type { Rule } from "../../promiscuity/policy/policy.js";
import { describeHolder } from "./holder.js";
import { describeSight, nameNamespace } from "./namespace.js";

/** Formats a finding as one line: where it is, which kind, and who. */
export function describeFinding(finding: Finding): string {
  if ("holder" in finding) return describeHolderFinding(finding);
  if (finding.kind === "incomplete") return `incomplete: ${describeSight(finding)}`;
  if (finding.kind === "hidden")
    return `hidden: ${finding.reason}: ${finding.remedy}${describeRule(finding.rule)}`;
  const { rule } = finding;
  return `${whereIs(rule)}: expired-rule: ended ${endOf(rule)}: renew or remove it (${rule.reason}; approved by ${rule.approver})`;
}

function describeHolderFinding({ netns, ifname, kind, holder, rule }: HolderFinding): string {
  const where = netns.own ? "" : ` in ${nameNamespace(netns)}`;
  // The description of an unexplained or hidden holder begins with its kind.
  const words = describeHolder(holder, netns.inode);
  const what = words.startsWith(`${kind}:`) ? words : `${kind}: ${words}`;
  return `${ifname}${where}: ${what}${describeRule(rule)}`;
}

function describeRule(rule: Rule | undefined): string {
  return rule ? `; ${describeExpired(rule)}` : "";
}

/** Describes the rule that once allowed what isn't allowed any more. */
export function describeExpired(rule: Rule): string {
  return `was allowed until ${endOf(rule)} by ${whereIs(rule)}`;
}

function whereIs({ file, line }: Rule): string {
  return `${file}:${line}`;
}

function endOf({ expires }: Rule): string {
  return expires?.written ?? "";
}
