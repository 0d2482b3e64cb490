import { findKnownAccount } from "../../linux/account/find-account.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { NamespaceFacts } from "../holders/report.js";
import { matchesGlob } from "./glob.js";
import type { HolderKind, Rule } from "./policy.js";

/** What a rule is held against: a holder of an interface, and one of its processes if it has any. */
interface Subject {
  readonly netns: NamespaceFacts;
  readonly ifname: string;
  readonly kind: HolderKind;
  readonly process?: ProcessDetails;
}

/** Whether the rule is about this, expired or not. What can't be known of a process meets no condition. */
export function matchesRule(rule: Rule, { netns, ifname, kind, process }: Subject): boolean {
  return (
    rule.kinds.includes(kind) &&
    (rule.interface === undefined || matchesGlob(rule.interface, ifname)) &&
    (rule.namespace === undefined || isNamespace(rule.namespace, netns)) &&
    (!asksForProcess(rule) || (process !== undefined && isProcess(rule, process)))
  );
}

/** Whether the rule allows that there may be interfaces, whatever their names, which can't be looked at. */
export function allowsHidden(rule: Rule): boolean {
  const isOfAny = rule.interface === undefined || /^\*+$/.test(rule.interface);
  return rule.kinds.includes("hidden") && isOfAny && rule.namespace === undefined && !asksForProcess(rule);
}

function isNamespace(pattern: string, { own, names }: NamespaceFacts): boolean {
  if (pattern === "own") return own;
  return names.some((name) => matchesGlob(pattern, name));
}

function asksForProcess({ executable, user, unit, container }: Rule): boolean {
  return [executable, user, unit, container].some((condition) => condition !== undefined);
}

function isProcess(rule: Rule, process: ProcessDetails): boolean {
  return (
    (rule.executable === undefined || isExecutable(rule, rule.executable, process)) &&
    (rule.user === undefined || isUser(rule.user, process)) &&
    (rule.unit === undefined || (process.unit !== undefined && matchesGlob(rule.unit, process.unit))) &&
    (rule.container === undefined || isContainer(rule, rule.container, process))
  );
}

/** The name service may have a number for the name, and not yet have answered what the process's number is called. */
function isUser(user: string | number, process: ProcessDetails): boolean {
  if (user === process.uid || user === process.user) return true;
  return typeof user === "string" && process.uid !== undefined && findKnownAccount(user)?.uid === process.uid;
}

/**
 * A container has paths of its own, so that anything may be at this one: there the path counts only where the rule is about
 * that container. Elsewhere what runs has to be the file that is at the path here.
 */
function isExecutable(
  rule: Rule,
  pattern: string,
  { exe, exe_unverified, container }: ProcessDetails,
): boolean {
  if (container ? rule.container === undefined : exe_unverified) return false;
  // The kernel marks one whose file was removed (proc(5)).
  return exe !== undefined && !exe.endsWith(" (deleted)") && matchesGlob(pattern, exe);
}

/** As many characters of an id as `docker ps` shows; fewer could be another container's. */
const SHORTEST_ID = 12;

/** Any user can give a container of his own any name: then it matters whose it is. */
function isContainer(rule: Rule, pattern: string, { container }: ProcessDetails): boolean {
  if (!container || (container.rootless && rule.user === undefined)) return false;
  const { id, runtime } = container;
  return (
    id === pattern ||
    (pattern.length >= SHORTEST_ID && id.startsWith(pattern)) ||
    matchesGlob(pattern, `${runtime}/${id}`)
  );
}
