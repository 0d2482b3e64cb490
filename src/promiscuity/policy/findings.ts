import type { ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { Blindness } from "../holders/accounting.js";
import type { Holder } from "../holders/holder.js";
import type {
  IncompleteSight,
  InterfaceHolders,
  NamespaceFacts,
  PromiscuityReport,
} from "../holders/report.js";
import type { ChangeEvent } from "../watch/event.js";
import { hasExpired } from "./expiry.js";
import { allowsHidden, matchesRule } from "./match.js";
import type { Policy, Rule } from "./policy.js";

/** What policy doesn't explain. */
export type Finding = HolderFinding | HiddenFinding | IncompleteFinding | ExpiredRuleFinding;

/** A holder of an interface that no rule allows. */
export interface HolderFinding {
  /** What kind of holder it is. */
  readonly kind: Holder["kind"];
  readonly netns: NamespaceFacts;
  readonly ifindex: number;
  readonly ifname: string;
  readonly holder: Holder;
  /** The rule that would allow it, had it not expired. */
  readonly rule?: Rule;
}

/** That there may be interfaces which couldn't be looked at, and no rule allows that. */
export interface HiddenFinding {
  readonly kind: "hidden";
  readonly reason: string;
  readonly remedy: string;
  /** The rule that would allow it, had it not expired. */
  readonly rule?: Rule;
}

/** Something couldn't be read whole, so that a holder there may be missing. */
export interface IncompleteFinding extends IncompleteSight {
  readonly kind: "incomplete";
}

/** A rule that has expired, whether or not something matches it. */
export interface ExpiredRuleFinding {
  readonly kind: "expired-rule";
  readonly rule: Rule;
}

export interface CheckPolicyOptions {
  /** The moment that rules expire by; now, unless told. */
  readonly now?: Date;
}

/**
 * Everything in a report that a policy doesn't explain: holders in the report's order, then what couldn't be looked at, then
 * what couldn't be read whole, then expired rules in the policy's order. To receive all multicast is no finding.
 */
export function checkPolicy(
  report: PromiscuityReport,
  policy: Policy,
  { now = new Date() }: CheckPolicyOptions = {},
): Finding[] {
  return [
    ...report.interfaces.flatMap((held) =>
      held.holders.flatMap((holder) => findingOn(held, holder, policy, now) ?? []),
    ),
    ...(report.unseen ? hiddenFinding(report.unseen, policy, now) : []),
    ...(report.incomplete ?? []).map((sight): IncompleteFinding => ({ kind: "incomplete", ...sight })),
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

/** Where a holder holds. */
type Place = Pick<InterfaceHolders, "netns" | "ifindex" | "ifname">;

/** What a policy says of one holder of an interface: undefined if it is allowed. */
function findingOn(
  { netns, ifindex, ifname }: Place,
  holder: Holder,
  policy: Policy,
  now: Date,
): HolderFinding | undefined {
  const judge = new Judge({ netns, ifindex, ifname }, policy, now);
  if (judge.allows(holder)) return undefined;
  const rule = judge.expiredRuleFor(holder);
  return { kind: holder.kind, netns, ifindex, ifname, holder, ...present({ rule }) };
}

class Judge {
  constructor(
    readonly place: Place,
    readonly policy: Policy,
    readonly now: Date,
  ) {}

  allows(holder: Holder): boolean {
    if (isDevice(holder) && this.policy.devices === "allowed") return true;
    // Whichever of them it is, it is allowed.
    if (holder.kind === "unexplained" && holder.candidates.length >= holder.units)
      if (holder.candidates.every((candidate) => this.allows(candidate))) return true;
    return subjectsOf(holder).every((process) => this.#rulesFor(holder, process).some(this.#isValid));
  }

  /** Of the rules that would allow what isn't allowed, the one that expired last. */
  expiredRuleFor(holder: Holder): Rule | undefined {
    return subjectsOf(holder)
      .map((process) => this.#rulesFor(holder, process))
      .filter((rules) => !rules.some(this.#isValid))
      .flat()
      .sort(lastExpiredFirst)[0];
  }

  readonly #isValid = (rule: Rule): boolean => !hasExpired(rule, this.now);

  #rulesFor({ kind }: Holder, process: ProcessDetails | undefined): Rule[] {
    const { netns, ifname } = this.place;
    return this.policy.rules.filter((rule) =>
      matchesRule(rule, { netns, ifname, kind, ...present({ process }) }),
    );
  }
}

function isDevice({ kind }: Holder): boolean {
  return kind === "device" || kind === "unicast-addresses";
}

/** Each process that shares a socket needs a rule; what has no process needs one for itself. */
function subjectsOf(holder: Holder): readonly (ProcessDetails | undefined)[] {
  return holder.kind === "socket" && holder.processes.length > 0 ? holder.processes : [undefined];
}

/** What a policy says of those who came in one change that `watchPromiscuity` told of. */
export function checkChange(
  event: ChangeEvent,
  policy: Policy,
  { now = new Date() }: CheckPolicyOptions = {},
): HolderFinding[] {
  return event.came.flatMap(({ holder }) => findingOn(event, holder ?? UNNAMED, policy, now) ?? []);
}

const UNNAMED: Holder = {
  kind: "unexplained",
  units: 1,
  reason: "it was gone before it could be named",
  candidates: [],
};
