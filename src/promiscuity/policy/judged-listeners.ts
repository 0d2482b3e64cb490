import { counted } from "../../counted.js";
import { usageError } from "../../errors.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { Blindness } from "../holders/accounting.js";
import type { Holder } from "../holders/holder.js";
import type { IncompleteSight, InterfaceHolders, PromiscuityReport } from "../holders/report.js";
import type { Listener, ListenerFilter, NotLookedAt } from "../listeners/listener.js";
import type { Subject } from "./match.js";
import type { Policy } from "./policy.js";

/**
 * Returns the listeners that a policy judges. A packet socket that holds the very interface from which it receives is
 * judged once, as its holder.
 * @throws PromiscError `usage` if the policy judges listeners and the report has none
 */
export function judgedListeners({ listeners }: PromiscuityReport, policy: Policy): readonly Listener[] {
  if (policy.listeners !== "findings") return [];
  if (!listeners)
    throw usageError(
      "check listeners",
      "the report has none, and the policy has listeners: findings",
      "read the report with readListeners",
    );
  return listeners.filter((listener) => {
    const { kind, ifindex } = listener;
    return kind !== "packet-socket" || ifindex === undefined || !listener.held.includes(ifindex);
  });
}

/** Returns a function that finds the filter of the socket that holds an interface, if the policy judges listeners. */
export function filtersOfHolders(
  { listeners = [] }: PromiscuityReport,
  policy: Policy,
): (place: Pick<InterfaceHolders, "netns">, holder: Holder) => ListenerFilter | undefined {
  if (policy.listeners !== "findings") return () => undefined;
  const filters = new Map(
    listeners.flatMap((each) =>
      each.kind === "packet-socket" ? [[`${each.netns?.inode} ${each.socket.inode}`, each.filter]] : [],
    ),
  );
  return ({ netns }, holder) => {
    const socket = "socket" in holder ? holder.socket : undefined;
    return socket && filters.get(`${netns.inode} ${socket.inode}`);
  };
}

/** Returns what a rule is compared with, apart from the process. */
export function placeOfListener(listener: Listener): Omit<Subject, "kind" | "process"> {
  const { netns, ifname } = listener;
  return present({ netns, ifname, filter: "filter" in listener ? listener.filter : undefined });
}

/**
 * Each process needs a rule. If it isn't known which of several it is, all of them do, and what has no process needs one
 * for itself.
 */
export function subjectsOfListener(listener: Listener): readonly (ProcessDetails | undefined)[] {
  const { processes } = listener;
  const { candidates = [] } = listener.kind === "xdp-socket" ? listener : {};
  if (processes.length > 0) return processes;
  return candidates.length > 0 ? candidates : [undefined];
}

/** Returns what couldn't be looked at for listeners, which a rule for what is hidden allows. */
function hiddenListeners(report: PromiscuityReport, policy: Policy): Blindness[] {
  return entriesOf(report, policy, ["privilege", "not-examined"]).map((entry) => ({
    reason: `${entry.what}${where(entry)}: ${entry.reason}`,
    remedy: entry.remedy ?? "if this is expected, allow it by a rule with kind: hidden",
  }));
}

/**
 * Returns what couldn't be looked at, of everything that a policy judges. A rule with `kind: hidden` can allow it.
 */
export function hiddenIn(report: PromiscuityReport, policy: Policy): Blindness[] {
  return [...(report.unseen ? [report.unseen] : []), ...hiddenListeners(report, policy)];
}

/** Returns what couldn't be read completely for listeners. */
export function incompleteListeners(report: PromiscuityReport, policy: Policy): IncompleteSight[] {
  return entriesOf(report, policy, ["incomplete", "refused"]).map((entry) => {
    const [netns, ...more] = entry.namespaces ?? [];
    const reason = `${entry.what}${where(entry)}: ${entry.reason}`;
    return { reason, ...present({ netns: more.length === 0 ? netns : undefined }) };
  });
}

function entriesOf(
  { notLookedAt = [] }: PromiscuityReport,
  policy: Policy,
  why: readonly NotLookedAt["why"][],
): readonly NotLookedAt[] {
  return policy.listeners === "findings" ? notLookedAt.filter((entry) => why.includes(entry.why)) : [];
}

function where({ namespaces = [] }: NotLookedAt): string {
  if (namespaces.length > 1) return ` in ${counted(namespaces.length, "network namespace")}`;
  const [netns] = namespaces;
  if (!netns || netns.own) return "";
  return ` in ${netns.names[0] ?? `net:[${netns.inode}]`}`;
}
