import { checkOptions } from "../../check-options.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { Holder } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { InterfaceHolders, PromiscuityReport } from "../holders/report.js";
import type { Listener, ListenerFilter } from "../listeners/listener.js";
import { hasExpired } from "./expiry.js";
import { type CheckPolicyOptions, checkPolicyOptions, isAllowedDevice, subjectsOf } from "./findings.js";
import {
  filtersOfHolders,
  hiddenIn,
  judgedListeners,
  placeOfListener,
  subjectsOfListener,
} from "./judged-listeners.js";
import { kindsWithProcesses } from "./kinds.js";
import {
  type ConditionKey,
  failedConditions,
  limitsOfHidden,
  objectionToContainer,
  objectionToExecutable,
  type Subject,
} from "./match.js";
import { conditionCount, type Policy, type Rule, type RuleKind } from "./policy.js";

/** Which rules of a policy allow what, and why others don't. */
export interface PolicyExplanation {
  /** Every holder, in the report's order. */
  readonly holders: readonly HolderExplanation[];
  /** Every listener that the policy judges, in the report's order; absent if it judges none. */
  readonly listeners?: readonly ListenerExplanation[];
  /** What couldn't be looked at, if anything. */
  readonly hidden?: Grounds;
  /** Every rule, in the policy's order. */
  readonly rules: readonly RuleUse[];
}

/** Why one holder of an interface is allowed, or isn't. */
export interface HolderExplanation {
  readonly netns: NamespaceFacts;
  readonly ifindex: number;
  readonly ifname: string;
  readonly holder: Holder;
  readonly allowed: boolean;
  /**
   * One for each process that shares the holder's socket, one for each candidate if all candidates are allowed, otherwise
   * one. All of them must be allowed.
   */
  readonly grounds: readonly Grounds[];
}

/** Why one listener is allowed, or isn't. */
export interface ListenerExplanation {
  readonly listener: Listener;
  readonly allowed: boolean;
  /** One for each process, or for each that it may be. All of them must be allowed. */
  readonly grounds: readonly Grounds[];
}

/** Why something is allowed, or isn't. */
export interface Grounds {
  readonly allowed: boolean;
  /** The process that was compared with the rules. */
  readonly process?: ProcessDetails;
  /** The holder that it may be, of those that could explain the unit. */
  readonly candidate?: Holder;
  /** The first rule that allows it. Absent for a kernel device that `devices: allowed` allows. */
  readonly rule?: Rule;
  /** If it isn't allowed: the rule with the fewest conditions that aren't met. */
  readonly nearest?: NearestRule;
}

/** A rule that doesn't allow something, and why. */
export interface NearestRule {
  readonly rule: Rule;
  /** The conditions that aren't met. */
  readonly failed: readonly FailedCondition[];
}

/** A condition that isn't met. */
export interface FailedCondition {
  /** The condition's key in the policy. `expires` if the rule has expired. */
  readonly condition: ConditionKey | "expires";
  /** What the rule asks for. */
  readonly wanted: string;
  /** What there is instead; absent if that is nothing, or unknown. */
  readonly actual?: string;
  /** Why the actual value doesn't count although it matches. */
  readonly reason?: string;
}

/** What one rule does for a report. */
export interface RuleUse {
  readonly rule: Rule;
  readonly expired: boolean;
  /** How many holders, processes of them, and hidden things meet all conditions of the rule now. */
  readonly matches: number;
}

/**
 * Explains what a policy allows in a report: for each holder the rule that allows it, or the rule that is nearest to
 * that, and for each rule how much it matches.
 * @param options see {@link CheckPolicyOptions}
 */
export function explainPolicy(
  report: PromiscuityReport,
  policy: Policy,
  options: CheckPolicyOptions = {},
): PolicyExplanation {
  checkOptions("explainPolicy", options, checkPolicyOptions);
  const { now = new Date() } = options;
  const explainer = new Explainer(policy, now);
  const filterOf = filtersOfHolders(report, policy);
  const holders = report.interfaces.flatMap((held) =>
    held.holders.map((holder) => explainer.holder(held, holder, filterOf(held, holder))),
  );
  const judged = judgedListeners(report, policy).map((listener) => explainer.listener(listener));
  const listeners = policy.listeners === "findings" ? judged : undefined;
  const hidden = hiddenIn(report, policy).length > 0 ? explainer.hidden() : undefined;
  return { holders, ...present({ listeners, hidden }), rules: explainer.uses() };
}

class Explainer {
  readonly #policy: Policy;
  readonly #now: Date;
  readonly #matches = new Map<Rule, number>();

  constructor(policy: Policy, now: Date) {
    this.#policy = policy;
    this.#now = now;
  }

  holder(
    { netns, ifindex, ifname }: InterfaceHolders,
    holder: Holder,
    filter: ListenerFilter | undefined,
  ): HolderExplanation {
    const grounds = this.#groundsOf({ netns, ifname, ...present({ filter }) }, holder);
    return { netns, ifindex, ifname, holder, allowed: grounds.every(({ allowed }) => allowed), grounds };
  }

  listener(listener: Listener): ListenerExplanation {
    const place = placeOfListener(listener);
    const grounds = this.#groundsOfEach(listener.kind, place, subjectsOfListener(listener));
    return { listener, allowed: grounds.every(({ allowed }) => allowed), grounds };
  }

  hidden(): Grounds {
    return this.#judge((rule) =>
      limitsOfHidden(rule).map((key) => ({
        condition: key,
        wanted: wantedBy(rule, key),
        ...(key === "kind" ? { actual: "hidden" } : { reason: "what can't be seen may be anything" }),
      })),
    );
  }

  uses(): RuleUse[] {
    return this.#policy.rules.map((rule) => ({
      rule,
      expired: hasExpired(rule, this.#now),
      matches: this.#matches.get(rule) ?? 0,
    }));
  }

  #groundsOfEach(
    kind: RuleKind,
    place: Omit<Subject, "kind" | "process">,
    processes: readonly (ProcessDetails | undefined)[],
  ): Grounds[] {
    return processes.map((process): Grounds => {
      const subject = { ...place, kind, ...present({ process }) };
      return { ...this.#judge((rule) => failuresOf(rule, subject)), ...present({ process }) };
    });
  }

  #groundsOf(place: Omit<Subject, "kind" | "process">, holder: Holder): Grounds[] {
    if (isAllowedDevice(holder, this.#policy)) return [{ allowed: true }];
    const own = this.#groundsOfEach(holder.kind, place, subjectsOf(holder));
    if (holder.kind !== "unexplained" || holder.candidates.length < holder.units) return own;
    const ofCandidates = holder.candidates.flatMap((candidate) =>
      this.#groundsOf(place, candidate).map((grounds): Grounds => ({ ...grounds, candidate })),
    );
    return ofCandidates.every(({ allowed }) => allowed) ? ofCandidates : own;
  }

  /** Compares all rules with something, and counts those that match. */
  #judge(failures: (rule: Rule) => FailedCondition[]): Grounds {
    let allowing: Rule | undefined;
    let nearest: NearestRule | undefined;
    for (const rule of this.#policy.rules) {
      const failed = failures(rule);
      if (failed.length === 0) this.#matches.set(rule, (this.#matches.get(rule) ?? 0) + 1);
      if (hasExpired(rule, this.#now))
        failed.push({
          condition: "expires",
          wanted: rule.expires?.written ?? "",
          actual: this.#now.toISOString(),
        });
      if (failed.length === 0) allowing ??= rule;
      else if (!nearest || isNearer({ rule, failed }, nearest)) nearest = { rule, failed };
    }
    return allowing ? { allowed: true, rule: allowing } : { allowed: false, ...present({ nearest }) };
  }
}

/** Of two rules with equally many failed conditions, that with more conditions that are met is nearer. */
function isNearer(a: NearestRule, b: NearestRule): boolean {
  return (
    a.failed.length < b.failed.length ||
    (a.failed.length === b.failed.length && conditionCount(a.rule) > conditionCount(b.rule))
  );
}

function failuresOf(rule: Rule, subject: Subject): FailedCondition[] {
  return failedConditions(rule, subject).map((condition) => ({
    condition,
    wanted: wantedBy(rule, condition),
    ...present(actualOf(rule, condition, subject)),
  }));
}

/** The longest value that is shown. Others choose some of them, for example paths. */
const LONGEST_VALUE = 200;

function shortened(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}

function wantedBy(rule: Rule, key: ConditionKey): string {
  return shortened(key === "kind" ? rule.kinds.join(" or ") : String(rule[key]));
}

/** The most names of a namespace that are shown. */
const MOST_NAMES = 4;

function actualOf(
  rule: Rule,
  key: ConditionKey,
  { netns, ifname, kind, process, filter }: Subject,
): { actual: string | undefined; reason: string | undefined } {
  const value = (actual: string | undefined, objection = ""): ReturnType<typeof actualOf> => ({
    actual: actual === undefined ? undefined : shortened(actual),
    reason: objection === "" ? undefined : objection,
  });
  switch (key) {
    case "interface":
      return ifname === undefined ? value("any") : value(ifname);
    case "filter":
      return value(filterInWords(filter));
    case "namespace":
      if (!netns) return value(undefined, "the kernel doesn't say which");
      return value(
        [...(netns.own ? ["own"] : []), ...netns.names].slice(0, MOST_NAMES).join(", ") ||
          `net:[${netns.inode}]`,
      );
    case "kind":
      return value(kind);
  }
  if (!process)
    return value(
      undefined,
      kind === "socket"
        ? "no process of the socket is visible"
        : kindsWithProcesses.has(kind)
          ? "none of its processes is visible"
          : "it has no process",
    );
  const { exe, user, uid, unit, container } = process;
  switch (key) {
    case "executable":
      return value(exe, objectionToExecutable(rule, rule.executable ?? "", process));
    case "user":
      return value(user ?? (uid === undefined ? undefined : String(uid)));
    case "unit":
      return value(unit);
    case "container":
      return value(
        container && `${container.runtime}/${container.id}`,
        objectionToContainer(rule, rule.container ?? "", process),
      );
  }
}

function filterInWords(filter: ListenerFilter | undefined): string | undefined {
  switch (filter?.kind) {
    case undefined:
      return undefined;
    case "none":
      return "no filter";
    case "ebpf":
      return "an eBPF program, which is unreadable";
    case "unknown":
      return "unknown";
    case "classic":
      if (filter.expression === "") return "one that accepts everything";
      return filter.expression ?? "a program that has no expression";
  }
}
