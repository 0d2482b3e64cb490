import { findKnownAccount } from "../../linux/account/find-account.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { NamespaceFacts } from "../holders/report.js";
import { matchesGlob } from "./glob.js";
import type { HolderKind, Rule } from "./policy.js";

/** What a rule is compared with: a holder of an interface, and one of its processes if it has any. */
interface Subject {
  readonly netns: NamespaceFacts;
  readonly ifname: string;
  readonly kind: HolderKind;
  readonly process?: ProcessDetails;
}

/** Returns whether a rule matches, expired or not. A process's property that isn't known meets no condition. */
export function matchesRule(rule: Rule, { netns, ifname, kind, process }: Subject): boolean {
  return (
    rule.kinds.includes(kind) &&
    (rule.interface === undefined || matchesGlob(rule.interface, ifname)) &&
    (rule.namespace === undefined || isNamespace(rule.namespace, netns)) &&
    (!asksForProcess(rule) || (process !== undefined && isProcess(rule, process)))
  );
}

/** Returns whether a rule allows that interfaces of any name can't be looked at. */
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

/** The name service may know the number of the rule's user, but not yet have answered for the process's number. */
function isUser(user: string | number, process: ProcessDetails): boolean {
  if (user === process.uid || user === process.user) return true;
  return typeof user === "string" && process.uid !== undefined && findKnownAccount(user)?.uid === process.uid;
}

/**
 * Inside a container any file may be at this path, so the path counts only if the rule also names the container.
 * Outside, the running executable must be the file that is at the path now.
 */
function isExecutable(
  rule: Rule,
  pattern: string,
  { exe, exeUnverified, container }: ProcessDetails,
): boolean {
  if (container ? rule.container === undefined : exeUnverified) return false;
  // The kernel appends this if the file was removed (proc(5)).
  return exe !== undefined && !exe.endsWith(" (deleted)") && matchesGlob(pattern, exe);
}

/** `docker ps` shows this many characters of an id; fewer could be ambiguous. */
const SHORTEST_ID = 12;

/** Any user can give a rootless container any name, so the rule must also name the user. */
function isContainer(rule: Rule, pattern: string, { container }: ProcessDetails): boolean {
  if (!container || (container.rootless && rule.user === undefined)) return false;
  const { id, runtime } = container;
  return (
    id === pattern ||
    (pattern.length >= SHORTEST_ID && id.startsWith(pattern)) ||
    matchesGlob(pattern, `${runtime}/${id}`)
  );
}
