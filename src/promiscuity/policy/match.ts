import { findKnownAccount } from "../../linux/account/find-account.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import type { ListenerFilter } from "../listeners/listener.js";
import { matchesGlob } from "./glob.js";
import { matchesFilter } from "./match-filter.js";
import type { Rule, RuleKind } from "./policy.js";

/** What a rule is compared with: a holder or listener of an interface, and one of its processes if it has any. */
export interface Subject {
  /** Absent if the kernel doesn't say which. */
  readonly netns?: NamespaceFacts;
  /** Absent for every interface. */
  readonly ifname?: string;
  readonly kind: RuleKind;
  readonly process?: ProcessDetails;
  /** Absent if it isn't known, and for what can't have a filter. */
  readonly filter?: ListenerFilter;
}

/** The keys of a rule's conditions, in the order in which docs/policy.md describes them. */
export type ConditionKey =
  | "interface"
  | "namespace"
  | "kind"
  | "executable"
  | "user"
  | "unit"
  | "container"
  | "filter";

/** Whether a subject meets each condition. A condition that a rule doesn't have is met. */
const conditions: Readonly<Record<ConditionKey, (rule: Rule, subject: Subject) => boolean>> = {
  interface: (rule, { ifname }) =>
    rule.interface === undefined ||
    (ifname === undefined ? isOfAnyName(rule.interface) : matchesGlob(rule.interface, ifname)),
  namespace: (rule, { netns }) => rule.namespace === undefined || isNamespace(rule.namespace, netns),
  kind: ({ kinds }, { kind }) => kinds.includes(kind),
  executable: (rule, { process }) =>
    rule.executable === undefined ||
    (process !== undefined && objectionToExecutable(rule, rule.executable, process) === undefined),
  user: ({ user }, { process }) => user === undefined || (process !== undefined && isUser(user, process)),
  unit: (rule, { process }) =>
    rule.unit === undefined || (process?.unit !== undefined && matchesGlob(rule.unit, process.unit)),
  container: (rule, { process }) =>
    rule.container === undefined ||
    (process !== undefined && objectionToContainer(rule, rule.container, process) === undefined),
  filter: (rule, { filter }) =>
    rule.filter === undefined || (filter !== undefined && matchesFilter(rule.filter, filter)),
};

const conditionKeys = Object.keys(conditions) as ConditionKey[];

/** Returns whether a rule matches, expired or not. A process's property that isn't known meets no condition. */
export function matchesRule(rule: Rule, subject: Subject): boolean {
  return conditionKeys.every((key) => conditions[key](rule, subject));
}

/** Returns the conditions of a rule that a subject doesn't meet. */
export function failedConditions(rule: Rule, subject: Subject): ConditionKey[] {
  return conditionKeys.filter((key) => !conditions[key](rule, subject));
}

/** Returns whether a rule allows that interfaces of any name can't be looked at. */
export function allowsHidden(rule: Rule): boolean {
  return limitsOfHidden(rule).length === 0;
}

/** Returns the conditions that keep a rule from allowing that interfaces of any name can't be looked at. */
export function limitsOfHidden(rule: Rule): ConditionKey[] {
  const isOfAny = rule.interface === undefined || isOfAnyName(rule.interface);
  return conditionKeys.filter((key) => {
    if (key === "kind") return !rule.kinds.includes("hidden");
    return rule[key] !== undefined && !(key === "interface" && isOfAny);
  });
}

/** Returns whether a pattern matches every name. What listens on every interface has no name to compare. */
function isOfAnyName(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

function isNamespace(pattern: string, netns: NamespaceFacts | undefined): boolean {
  if (netns === undefined) return false;
  const { own, names } = netns;
  if (pattern === "own") return own;
  return names.some((name) => matchesGlob(pattern, name));
}

/** The name service may know the number of the rule's user, but not yet have answered for the process's number. */
function isUser(user: string | number, process: ProcessDetails): boolean {
  if (user === process.uid || user === process.user) return true;
  return typeof user === "string" && process.uid !== undefined && findKnownAccount(user)?.uid === process.uid;
}

/** Why a process doesn't meet a condition, if its value alone doesn't say that; empty if it does. */
export type Objection = string;

/**
 * Returns why a process's executable doesn't meet a condition; undefined if it does. Inside a container any file may be
 * at this path, so the path counts only if the rule also names the container. Outside, the running executable must be
 * the file that is at the path now.
 */
export function objectionToExecutable(
  rule: Rule,
  pattern: string,
  { exe, exeUnverified, container }: ProcessDetails,
): Objection | undefined {
  // The kernel appends this if the file was removed (proc(5)).
  if (exe?.endsWith(" (deleted)")) return "the file was deleted";
  if (exe === undefined || !matchesGlob(pattern, exe)) return "";
  if (container)
    return rule.container === undefined
      ? "in a container, any file can be at this path: the rule must name the container too"
      : undefined;
  return exeUnverified ? "it isn't the file that is at this path now" : undefined;
}

/** `docker ps` shows this many characters of an id; fewer could be ambiguous. */
const SHORTEST_ID = 12;

/**
 * Returns why a process's container doesn't meet a condition; undefined if it does. Any user can give a rootless
 * container any name, so the rule must also name the user.
 */
export function objectionToContainer(
  rule: Rule,
  pattern: string,
  { container }: ProcessDetails,
): Objection | undefined {
  if (!container) return "";
  const { id, runtime } = container;
  const isMet =
    id === pattern ||
    (pattern.length >= SHORTEST_ID && id.startsWith(pattern)) ||
    matchesGlob(pattern, `${runtime}/${id}`);
  if (!isMet) return "";
  return container.rootless && rule.user === undefined
    ? "any user can give a rootless container this name: the rule must name the user too"
    : undefined;
}
