import type { ProcessDetails } from "../../../linux/process/process-details.js";
import { present } from "../../../present.js";
import type { Holder } from "../../../promiscuity/holders/holder.js";
import { processName } from "../../../promiscuity/holders/process-name.js";
import type { Finding, HolderFinding, ListenerFinding } from "../../../promiscuity/policy/findings.js";
import type { ReportedEvent } from "../../../promiscuity/watch/event.js";
import { describeFinding } from "../finding.js";
import { jsonValue } from "../json.js";
import { formatWatchEvent } from "../watch-event.js";
import { envelope, observer } from "./ecs-envelope.js";
import { processOfChange } from "./event-process.js";

/** Converts a finding to a document of the Elastic Common Schema. */
export function findingToEcs(finding: Finding, time: Date): object {
  return {
    ...envelope(time.toISOString(), describeFinding(finding)),
    event: {
      kind: "alert",
      module: "promisc",
      dataset: "promisc.check",
      category: finding.kind === "expired-rule" ? ["configuration"] : ["network"],
      type: ["info"],
      action: `finding-${finding.kind}`,
    },
    ...("holder" in finding ? whereAndWho(finding, processOfHolder(finding.holder)) : {}),
    ...("listener" in finding ? whereAndWho(finding, finding.listener.processes[0]) : {}),
    ...(finding.kind === "incomplete" && finding.process ? processToEcs(finding.process) : {}),
    promisc: jsonValue({ finding }),
  };
}

/** The schema's types of events. */
const types: Partial<Record<ReportedEvent["event"], string>> = {
  change: "change",
  "listener-came": "start",
  "listener-changed": "change",
  "listener-went": "end",
};

/** Converts a change and its findings to a document of the Elastic Common Schema. */
export function eventToEcs(
  event: ReportedEvent,
  findings: readonly (HolderFinding | ListenerFinding)[],
): object {
  return {
    ...envelope(event.time, formatWatchEvent(event, findings)),
    event: {
      kind: findings.length > 0 ? "alert" : "event",
      module: "promisc",
      dataset: "promisc.watch",
      category: ["network"],
      type: [types[event.event] ?? "info"],
      action: "listener" in event ? event.event : `promiscuity-${event.event}`,
    },
    ...(event.event === "change" ? whereAndWho(event, processOfChange(event)) : {}),
    ...("listener" in event ? whereAndWho(event, event.listener.processes[0]) : {}),
    promisc: jsonValue({ ...event, ...(findings.length > 0 ? { findings } : {}) }),
  };
}

/** Returns a holder's first process. The schema has room for one process; all of them are under "promisc". */
function processOfHolder(holder: Holder): ProcessDetails | undefined {
  return holder.kind === "socket" ? holder.processes[0] : undefined;
}

function whereAndWho(
  { ifindex, ifname }: { readonly ifindex?: number; readonly ifname?: string },
  process: ProcessDetails | undefined,
): object {
  const id = ifindex === undefined ? undefined : String(ifindex);
  return {
    ...(ifname === undefined ? {} : { observer: observer({ ...present({ id }), name: ifname }) }),
    ...(process ? processToEcs(process) : {}),
  };
}

function processToEcs(process: ProcessDetails): object {
  const { pid, args, exe, started, parent, container } = process;
  return {
    process: {
      pid,
      name: processName(process),
      executable: exe,
      args,
      command_line: args?.join(" "),
      start: started,
      ...(parent ? { parent: { pid: parent.pid, name: parent.comm, start: parent.started } } : {}),
    },
    ...userToEcs(process),
    ...(container ? { container: { id: container.id, runtime: container.runtime } } : {}),
  };
}

/** The schema has no field for the user who logged in. `user.audit` is where Auditbeat has it. */
function userToEcs({ uid, user, loginUid, loginUser }: ProcessDetails): object {
  if (uid === undefined && loginUid === undefined) return {};
  return {
    user: {
      ...(uid === undefined ? {} : { id: String(uid), name: user }),
      ...(loginUid === undefined ? {} : { audit: { id: String(loginUid), name: loginUser } }),
    },
  };
}
