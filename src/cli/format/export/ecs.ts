import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { Holder } from "../../../promiscuity/holders/holder.js";
import { processName } from "../../../promiscuity/holders/process-name.js";
import type { Finding, HolderFinding } from "../../../promiscuity/policy/findings.js";
import type { ReportedEvent } from "../../../promiscuity/watch/event.js";
import { describeFinding } from "../finding.js";
import { jsonValue } from "../json.js";
import { formatWatchEvent } from "../watch-event.js";
import { envelope, observer } from "./ecs-envelope.js";

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
    ...("holder" in finding ? whereAndWho(finding, [finding.holder]) : {}),
    ...(finding.kind === "incomplete" && finding.process ? processToEcs(finding.process) : {}),
    promisc: jsonValue({ finding }),
  };
}

/** Converts a change and its findings to a document of the Elastic Common Schema. */
export function eventToEcs(event: ReportedEvent, findings: readonly HolderFinding[]): object {
  return {
    ...envelope(event.time, formatWatchEvent(event, findings)),
    event: {
      kind: findings.length > 0 ? "alert" : "event",
      module: "promisc",
      dataset: "promisc.watch",
      category: ["network"],
      type: [event.event === "change" ? "change" : "info"],
      action: `promiscuity-${event.event}`,
    },
    ...(event.event === "change"
      ? whereAndWho(
          event,
          [...event.came, ...event.went].flatMap(({ holder }) => holder ?? []),
        )
      : {}),
    promisc: jsonValue({ ...event, ...(findings.length > 0 ? { findings } : {}) }),
  };
}

function whereAndWho(
  { ifindex, ifname }: { readonly ifindex: number; readonly ifname: string },
  holders: readonly Holder[],
): object {
  // The schema has room for one process. All of them are under "promisc".
  const [process] = holders.flatMap((holder) => (holder.kind === "socket" ? holder.processes : []));
  return {
    observer: observer({ id: String(ifindex), name: ifname }),
    ...(process ? processToEcs(process) : {}),
  };
}

function processToEcs(process: ProcessDetails): object {
  const { pid, args, exe, started, uid, user, container } = process;
  return {
    process: {
      pid,
      name: processName(process),
      executable: exe,
      args,
      command_line: args?.join(" "),
      start: started,
    },
    ...(uid === undefined ? {} : { user: { id: String(uid), name: user } }),
    ...(container ? { container: { id: container.id, runtime: container.runtime } } : {}),
  };
}
