import { checkOptions, type OptionKinds } from "../../check-options.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { Blindness } from "../holders/accounting.js";
import type { Holder } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { IncompleteSight, InterfaceHolders, PromiscuityReport } from "../holders/report.js";
import type { Listener, ListenerFilter } from "../listeners/listener.js";
import type { ChangeEvent, ListenerEvent } from "../watch/event.js";
import { hasExpired } from "./expiry.js";
import {
  filtersOfHolders,
  hiddenIn,
  incompleteListeners,
  judgedListeners,
  placeOfListener,
  subjectsOfListener,
} from "./judged-listeners.js";
import { allowsHidden, matchesRule, type Subject } from "./match.js";
import type { Policy, Rule, RuleKind } from "./policy.js";

/** Something that a policy doesn't allow. */
export type Finding =
  | HolderFinding
  | ListenerFinding
  | HiddenFinding
  | IncompleteFinding
  | ExpiredRuleFinding;

/** A holder of an interface that no rule allows. */
export interface HolderFinding {
  /** The kind of the holder. */
  readonly kind: Holder["kind"];
  readonly netns: NamespaceFacts;
  readonly ifindex: number;
  readonly ifname: string;
  readonly holder: Holder;
  /** The filter of the holder's socket, if the policy judges listeners. */
  readonly filter?: ListenerFilter;
  /** The rule that would allow it, had it not expired. */
  readonly rule?: Rule;
}

/** A listener that no rule allows, in a policy that judges listeners. */
export interface ListenerFinding {
  /** The kind of the listener. */
  readonly kind: Listener["kind"];
  /** Absent if the kernel doesn't say which. */
  readonly netns?: NamespaceFacts;
  /** Absent for every interface of the namespace, and if there is none of that name. */
  readonly ifindex?: number;
  /** Absent for every interface of the namespace. */
  readonly ifname?: string;
  readonly listener: Listener;
  /** The rule that would allow it, had it not expired. */
  readonly rule?: Rule;
}

/** Some interfaces, or some of what listens, may not have been looked at, and no rule allows that. */
export interface HiddenFinding {
  readonly kind: "hidden";
  readonly reason: string;
  readonly remedy: string;
  /** The rule that would allow it, had it not expired. */
  readonly rule?: Rule;
}

/** Something couldn't be read completely, so that holders may be missing. */
export interface IncompleteFinding extends IncompleteSight {
  readonly kind: "incomplete";
}

/** A rule that has expired, whether or not anything matches it. */
export interface ExpiredRuleFinding {
  readonly kind: "expired-rule";
  readonly rule: Rule;
}

/** Options of {@link checkPolicy} and {@link checkChange}. */
export interface CheckPolicyOptions {
  /** The time against which rules expire. Defaults to the current time. */
  readonly now?: Date;
}

export const checkPolicyOptions: OptionKinds<CheckPolicyOptions> = { now: "date?" };

/**
 * Checks a report against a policy. Receiving all multicast frames is not a finding.
 * @param report a report of `readListeners` if the policy judges listeners
 * @param options see {@link CheckPolicyOptions}
 * @returns what the policy doesn't allow: holders and listeners in the report's order, then what couldn't be looked at,
 *   what couldn't be read completely, and expired rules in the policy's order
 * @throws PromiscError `usage` if the policy judges listeners and the report has none
 */
export function checkPolicy(
  report: PromiscuityReport,
  policy: Policy,
  options: CheckPolicyOptions = {},
): Finding[] {
  checkOptions("checkPolicy", options, checkPolicyOptions);
  const { now = new Date() } = options;
  const judged = judgedListeners(report, policy);
  const filterOf = filtersOfHolders(report, policy);
  return [
    ...report.interfaces.flatMap((held) =>
      held.holders.flatMap((holder) => findingOn(held, holder, policy, now, filterOf(held, holder)) ?? []),
    ),
    ...judged.flatMap((listener) => findingOnListener(listener, policy, now) ?? []),
    ...hiddenIn(report, policy).flatMap((each) => hiddenFinding(each, policy, now)),
    ...(report.incomplete ?? []).map((sight): IncompleteFinding => ({ kind: "incomplete", ...sight })),
    ...incompleteListeners(report, policy).map(
      (sight): IncompleteFinding => ({ kind: "incomplete", ...sight }),
    ),
    ...policy.rules
      .filter((rule) => hasExpired(rule, now))
      .map((rule): ExpiredRuleFinding => ({ kind: "expired-rule", rule })),
  ];
}

function hiddenFinding({ reason, remedy }: Blindness, policy: Policy, now: Date): HiddenFinding[] {
  const rules = policy.rules.filter(allowsHidden);
  if (rules.some((rule) => !hasExpired(rule, now))) return [];
  const [rule] = rules.sort(lastExpiredFirst);
  return [{ kind: "hidden", reason, remedy, ...present({ rule }) }];
}

function lastExpiredFirst(a: Rule, b: Rule): number {
  return Number(b.expires?.at) - Number(a.expires?.at);
}

/** The interface that a holder holds. */
type Place = Pick<InterfaceHolders, "netns" | "ifindex" | "ifname">;

/** Returns the finding on one holder of an interface; undefined if the holder is allowed. */
function findingOn(
  { netns, ifindex, ifname }: Place,
  holder: Holder,
  policy: Policy,
  now: Date,
  filter?: ListenerFilter,
): HolderFinding | undefined {
  const judge = new Judge({ netns, ifname, ...present({ filter }) }, policy, now);
  if (judge.allows(holder)) return undefined;
  const rule = judge.expiredRuleFor(holder.kind, subjectsOf(holder));
  return { kind: holder.kind, netns, ifindex, ifname, holder, ...present({ filter, rule }) };
}

/** Returns the finding on a listener; undefined if it is allowed. */
function findingOnListener(listener: Listener, policy: Policy, now: Date): ListenerFinding | undefined {
  const { kind, netns, ifindex, ifname } = listener;
  const judge = new Judge(placeOfListener(listener), policy, now);
  const subjects = subjectsOfListener(listener);
  if (judge.allowsAll(kind, subjects)) return undefined;
  const rule = judge.expiredRuleFor(kind, subjects);
  return { kind, ...present({ netns, ifindex, ifname }), listener, ...present({ rule }) };
}

class Judge {
  constructor(
    readonly place: Omit<Subject, "kind" | "process">,
    readonly policy: Policy,
    readonly now: Date,
  ) {}

  allows(holder: Holder): boolean {
    if (isAllowedDevice(holder, this.policy)) return true;
    // Any of the candidates would be allowed.
    if (holder.kind === "unexplained" && holder.candidates.length >= holder.units)
      if (holder.candidates.every((candidate) => this.allows(candidate))) return true;
    return this.allowsAll(holder.kind, subjectsOf(holder));
  }

  /** Returns whether each process is allowed. */
  allowsAll(kind: RuleKind, processes: readonly (ProcessDetails | undefined)[]): boolean {
    return processes.every((process) => this.#rulesFor(kind, process).some(this.#isValid));
  }

  /** Returns the rule that would allow the holder or listener and expired last. */
  expiredRuleFor(kind: RuleKind, processes: readonly (ProcessDetails | undefined)[]): Rule | undefined {
    return processes
      .map((process) => this.#rulesFor(kind, process))
      .filter((rules) => !rules.some(this.#isValid))
      .flat()
      .sort(lastExpiredFirst)[0];
  }

  readonly #isValid = (rule: Rule): boolean => !hasExpired(rule, this.now);

  #rulesFor(kind: RuleKind, process: ProcessDetails | undefined): Rule[] {
    return this.policy.rules.filter((rule) =>
      matchesRule(rule, { ...this.place, kind, ...present({ process }) }),
    );
  }
}

/** Returns whether a holder is a kernel device, and the policy allows all of them. */
export function isAllowedDevice({ kind }: Holder, { devices }: Policy): boolean {
  return devices === "allowed" && (kind === "device" || kind === "unicast-addresses");
}

/** Each process that shares a socket needs a rule. A holder without processes needs one for itself. */
export function subjectsOf(holder: Holder): readonly (ProcessDetails | undefined)[] {
  return holder.kind === "socket" && holder.processes.length > 0 ? holder.processes : [undefined];
}

/**
 * Checks the holders that came with one change, as `watchPromiscuity` reports it, against a policy.
 * @param options see {@link CheckPolicyOptions}
 * @returns the holders that the policy doesn't allow
 */
export function checkChange(
  event: ChangeEvent,
  policy: Policy,
  options: CheckPolicyOptions = {},
): HolderFinding[] {
  checkOptions("checkChange", options, checkPolicyOptions);
  const { now = new Date() } = options;
  return event.came.flatMap(({ holder }) => findingOn(event, holder ?? UNNAMED, policy, now) ?? []);
}

/**
 * Checks a listener that came or changed, as `watchPromiscuity` reports it, against a policy.
 * @param options see {@link CheckPolicyOptions}
 * @returns the listener if the policy judges listeners and doesn't allow it; nothing about one that went
 */
export function checkListener(
  { event, listener }: ListenerEvent,
  policy: Policy,
  options: CheckPolicyOptions = {},
): ListenerFinding[] {
  checkOptions("checkListener", options, checkPolicyOptions);
  const { now = new Date() } = options;
  if (policy.listeners !== "findings" || event === "listener-went") return [];
  const finding = findingOnListener(listener, policy, now);
  return finding ? [finding] : [];
}

const UNNAMED: Holder = {
  kind: "unexplained",
  units: 1,
  reason: "it was gone before it could be named",
  candidates: [],
};
