import { counted } from "../../counted.js";
import { present } from "../../present.js";
import type { Blindness } from "../../promiscuity/holders/accounting.js";
import type {
  FailedCondition,
  Grounds,
  HolderExplanation,
  ListenerExplanation,
  PolicyExplanation,
  RuleUse,
} from "../../promiscuity/policy/explain.js";
import type { Finding } from "../../promiscuity/policy/findings.js";
import type { Rule } from "../../promiscuity/policy/policy.js";
import {
  describeFinding,
  describeHidden,
  describePlacedHolder,
  describePlacedListener,
  whereIs,
} from "./finding.js";
import { describeHolder } from "./holder.js";

/** The most allowed holders that are explained. Everything that isn't allowed is always explained. */
const MOST_ALLOWED = 1000;

/** An explanation that leaves out allowed holders and listeners if there are too many. */
export interface BoundedExplanation extends PolicyExplanation {
  /** How many allowed holders and listeners were left out; absent if none. */
  readonly omitted?: number;
}

/** Leaves out allowed holders and listeners beyond the first thousand. A host can have tens of thousands of bridge ports. */
export function boundExplanation(explanation: PolicyExplanation): BoundedExplanation {
  let room = MOST_ALLOWED;
  const isKept = ({ allowed }: { readonly allowed: boolean }) => !allowed || room-- > 0;
  const holders = explanation.holders.filter(isKept);
  const listeners = explanation.listeners?.filter(isKept);
  const omitted =
    explanation.holders.length -
    holders.length +
    (explanation.listeners?.length ?? 0) -
    (listeners?.length ?? 0);
  return omitted === 0 ? explanation : { ...explanation, holders, ...present({ listeners }), omitted };
}

/**
 * Formats an explanation: each holder as in a finding and below it why it is allowed or isn't, then what couldn't be
 * looked at, and the rules that match nothing or have expired.
 * @param unseen what couldn't be looked at, as in the report
 */
export function formatExplanation(
  { holders, listeners = [], omitted = 0, hidden, rules }: BoundedExplanation,
  findings: readonly Finding[],
  unseen: readonly Blindness[],
): string[] {
  return [
    ...holders.flatMap(formatHolder),
    ...listeners.flatMap(formatListener),
    ...(omitted > 0 ? [`${counted(omitted, "more is", "more are")} allowed`] : []),
    ...(hidden ? [...unseen.map(describeHidden), `    ${describeGrounds(hidden)}`] : []),
    ...findings
      .filter(({ kind }) => kind === "incomplete")
      .flatMap((finding) => [describeFinding(finding), "    not allowed: no rule can allow this"]),
    ...rules.flatMap(describeUse),
  ];
}

function formatHolder(explanation: HolderExplanation): string[] {
  const { grounds } = explanation;
  const isShared = grounds.length > 1 || grounds.some(({ candidate }) => candidate);
  return [
    describePlacedHolder(explanation),
    ...grounds.map((each) => {
      const whose = isShared ? `${describeWhose(each, explanation)}: ` : "";
      return `    ${whose}${describeGrounds(each)}`;
    }),
  ];
}

function formatListener({ listener, grounds }: ListenerExplanation): string[] {
  return [
    describePlacedListener(listener),
    ...grounds.map((each) => {
      const whose = grounds.length > 1 ? `${describeWhose(each)}: ` : "";
      return `    ${whose}${describeGrounds(each)}`;
    }),
  ];
}

function describeWhose({ candidate, process }: Grounds, explanation?: HolderExplanation): string {
  if (candidate && explanation) return `if it is ${describeHolder(candidate, explanation.netns.inode)}`;
  return process?.pid === undefined ? "a process without a number here" : `pid ${process.pid}`;
}

function describeGrounds({ allowed, rule, nearest }: Grounds): string {
  if (allowed)
    return rule ? `allowed by ${describeRule(rule)}` : "allowed as a kernel device (devices: allowed)";
  if (!nearest) return "not allowed: there are no rules (--policy gives some)";
  return `not allowed by the nearest rule, ${describeRule(nearest.rule)}: ${nearest.failed.map(describeFailure).join("; ")}`;
}

function describeRule(rule: Rule): string {
  return `${whereIs(rule)} (${rule.reason})`;
}

function describeFailure({ condition, wanted, actual, reason }: FailedCondition): string {
  if (condition === "expires") return `it expired ${wanted}`;
  const found = actual === undefined ? "there is none" : `is ${actual}`;
  return `${condition} must be ${wanted} and ${found}${reason === undefined ? "" : ` (${reason})`}`;
}

function describeUse({ rule, expired, matches }: RuleUse): string[] {
  const unused = matches === 0 ? "matches nothing now" : "";
  if (expired) return [[describeFinding({ kind: "expired-rule", rule }), unused].filter(Boolean).join("; ")];
  return unused === "" ? [] : [`${whereIs(rule)}: ${unused} (${rule.reason}; approved by ${rule.approver})`];
}
