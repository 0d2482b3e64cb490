import { lstatSync } from "node:fs";
import { counted } from "../../counted.js";
import { type PromiscError, usageError } from "../../errors.js";
import { present } from "../../present.js";
import {
  checkChange,
  checkListener,
  type HolderFinding,
  type ListenerFinding,
} from "../../promiscuity/policy/findings.js";
import type { Policy } from "../../promiscuity/policy/policy.js";
import { readInterface } from "../../promiscuity/read.js";
import type { ReportedEvent, WatchedListeners, WatchStart } from "../../promiscuity/watch/event.js";
import { watchPromiscuity } from "../../promiscuity/watch/watch.js";
import { eventToEcs } from "../format/export/ecs.js";
import { eventToJournal } from "../format/export/journal.js";
import { describeNotLookedAt } from "../format/listener.js";
import { formatWatchEvent } from "../format/watch-event.js";
import { readPolicy } from "../option/read-policy.js";
import { type EventForms, EventReport } from "../output/event/event-report.js";
import type { OptionsOf } from "../program.js";
import { untilAskedToEnd } from "../signals.js";

/** What a policy doesn't allow in an event. */
type EventFinding = HolderFinding | ListenerFinding;

interface CheckedEvent {
  readonly event: ReportedEvent;
  /** Undefined if there is no policy. */
  readonly findings: readonly EventFinding[] | undefined;
}

const forms: EventForms<CheckedEvent> = {
  text: ({ event, findings }) => formatWatchEvent(event, findings),
  json: ({ event, findings }) => ({ ...event, ...present({ findings }) }),
  ecs: ({ event, findings = [] }) => eventToEcs(event, findings),
  journal: ({ event, findings = [] }) => eventToJournal(event, findings),
  isFinding: ({ findings = [] }) => findings.length > 0,
};

/** Prints one line per change until a signal ends it. */
export async function watch(names: readonly string[], options: OptionsOf<"watch">): Promise<void> {
  if (options.printUnit) return await printUnit(names, options);
  const { trace, exec, all: listeners = false } = options;
  const { path, missing } = choosePolicy(options);
  const policy = path === undefined && exec === undefined ? undefined : readPolicy(path);
  await using report = new EventReport(forms, options, "watch");
  const signal = untilAskedToEnd();
  for await (const event of watchPromiscuity({ signal, trace, interfaces: names, listeners })) {
    if (event.event === "start") {
      const withoutPolicy = missing === undefined ? [] : [`without a policy: there is no ${missing}`];
      const unjudged =
        policy?.listeners === "findings" && !listeners
          ? ["the policy judges listeners, which are reported with --all only"]
          : [];
      report.begin(...describeStart(event), ...withoutPolicy, ...unjudged);
      continue;
    }
    report.tell({ event, findings: policy && findingsOn(event, policy) });
  }
}

function findingsOn(event: ReportedEvent, policy: Policy): EventFinding[] | undefined {
  if (event.event === "change") return checkChange(event, policy);
  return "listener" in event ? checkListener(event, policy) : undefined;
}

/** Prints the systemd unit, which has options of its own. */
async function printUnit(
  names: readonly string[],
  { printUnit, ...others }: OptionsOf<"watch">,
): Promise<void> {
  const { trace, debug: _debug, ...values } = others;
  if (names.length > 0 || !trace || Object.values(values).some((value) => value !== undefined))
    throw usageError(
      "print a systemd unit",
      "--print-unit takes no interfaces and no other option",
      "print the unit, and change its line ExecStart=",
    );
  const { printUnit: print } = await import("../watch/print-unit.js");
  print();
}

/** Returns the path of the policy, or of a file that would be the policy if it existed. */
function choosePolicy({ policy, policyIfExists }: OptionsOf<"watch">): { path?: string; missing?: string } {
  if (policy !== undefined && policyIfExists !== undefined)
    throw usageError("watch", "--policy and --policy-if-exists exclude each other", "give one of them");
  if (policyIfExists === undefined) return present({ path: policy });
  // A link that leads nowhere is a mistake, which reading it reports.
  const exists = lstatSync(policyIfExists, { throwIfNoEntry: false }) !== undefined;
  return exists ? { path: policyIfExists } : { missing: policyIfExists };
}

function describeStart({ namespaces, unwatched, missing = [], untraced, listeners }: WatchStart): string[] {
  const rest = unwatched > 0 ? `, but not ${counted(unwatched, "other")}` : "";
  return [
    `watching ${counted(namespaces, "network namespace")}${rest}`,
    ...missing.map(describeMissing),
    ...(untraced ? describeUntraced(untraced) : []),
    ...(listeners ? describeListeners(listeners) : []),
  ];
}

/** Says how listeners are found. */
function describeListeners({ count, isTraced, ...how }: WatchedListeners): string[] {
  const { socketInterval, ruleInterval, notLookedAt } = how;
  const sockets = `sockets ${isTraced ? "by the trace and " : ""}every ${counted(socketInterval, "second")}`;
  return [
    `watching what listens (${count} now): ${sockets}, programs and rules every ${counted(ruleInterval, "second")}`,
    ...notLookedAt.map((each) => `not looked at: ${describeNotLookedAt(each)}`),
  ];
}

function describeUntraced({ message, hint }: PromiscError): string[] {
  const unnamed =
    "holders that stay only for a moment may not be named, nor who sets or clears the administrator's flag";
  return [message, hint === undefined ? unnamed : `${unnamed}; tracing ${hint}`];
}

/** Says that no interface has this name yet, or has it only as another name, which changes are not reported by. */
function describeMissing(name: string): string {
  const ifname = nameOf(name);
  return ifname === undefined
    ? `there is no interface ${name} in any of them yet: waiting for it`
    : `${name} is another name of ${ifname}, and changes are reported by that one: promisc watch ${ifname}`;
}

/** Returns the name of the interface that has this alternative name, or this name as `ip` prints it. */
function nameOf(name: string): string | undefined {
  try {
    return readInterface(name).ifname;
  } catch {
    return undefined;
  }
}
