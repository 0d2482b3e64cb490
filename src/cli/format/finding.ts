import type { Blindness } from "../../promiscuity/holders/accounting.js";
import type { Listener } from "../../promiscuity/listeners/listener.js";
import type { Finding, HolderFinding } from "../../promiscuity/policy/findings.js";
import type { Rule } from "../../promiscuity/policy/policy.js";
import { describeHolder } from "./holder.js";
import { describeListener, filterInWords, filterOfListener } from "./listener.js";
import { describeSight, nameNamespace } from "./namespace.js";

/** Formats a finding as one line: where it is, which kind, and who. */
export function describeFinding(finding: Finding): string {
  if ("holder" in finding) return describeHolderFinding(finding);
  if ("listener" in finding)
    return `${describePlacedListener(finding.listener)}${describeRule(finding.rule)}`;
  if (finding.kind === "incomplete") return `incomplete: ${describeSight(finding)}`;
  if (finding.kind === "hidden") return `${describeHidden(finding)}${describeRule(finding.rule)}`;
  const { rule } = finding;
  return `${whereIs(rule)}: expired-rule: ended ${endOf(rule)}: renew or remove it (${rule.reason}; approved by ${rule.approver})`;
}

function describeHolderFinding(finding: HolderFinding): string {
  const filter = finding.filter ? `; ${filterInWords(finding.filter)}` : "";
  return `${describePlacedHolder(finding)}${filter}${describeRule(finding.rule)}`;
}

/** Formats a listener, its place and its filter: `any interface: raw-socket: raw IPv4 socket, …`. */
export function describePlacedListener(listener: Listener): string {
  const { kind, netns, ifname } = listener;
  const where = !netns || netns.own ? "" : ` in ${nameNamespace(netns)}`;
  const filter = filterOfListener(listener);
  const words = filter ? `; ${filterInWords(filter)}` : "";
  return `${ifname ?? "any interface"}${where}: ${kind}: ${describeListener(listener)}${words}`;
}

/** Formats a holder and its place: `eth0: flag: the administrator's flag`. */
export function describePlacedHolder({
  netns,
  ifname,
  holder,
}: Pick<HolderFinding, "netns" | "ifname" | "holder">): string {
  const { kind } = holder;
  const where = netns.own ? "" : ` in ${nameNamespace(netns)}`;
  // The description of an unexplained or hidden holder begins with its kind.
  const words = describeHolder(holder, netns.inode);
  const what = words.startsWith(`${kind}:`) ? words : `${kind}: ${words}`;
  return `${ifname}${where}: ${what}`;
}

/** Formats what couldn't be looked at. */
export function describeHidden({ reason, remedy }: Blindness): string {
  return `hidden: ${reason}: ${remedy}`;
}

function describeRule(rule: Rule | undefined): string {
  return rule ? `; ${describeExpired(rule)}` : "";
}

/** Describes the rule that once allowed what isn't allowed any more. */
export function describeExpired(rule: Rule): string {
  return `was allowed until ${endOf(rule)} by ${whereIs(rule)}`;
}

/** Returns the place of a rule: `policy.yaml:3`. */
export function whereIs({ file, line }: Rule): string {
  return `${file}:${line}`;
}

function endOf({ expires }: Rule): string {
  return expires?.written ?? "";
}
