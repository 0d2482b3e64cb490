import type { ProcessDetails } from "../../../linux/process/process-details.js";
import { present } from "../../../present.js";
import { processName } from "../../../promiscuity/holders/process-name.js";
import type { HolderFinding, ListenerFinding } from "../../../promiscuity/policy/findings.js";
import type { ReportedEvent } from "../../../promiscuity/watch/event.js";
import { nameNamespace } from "../namespace.js";
import { printable } from "../text.js";
import { formatWatchEvent } from "../watch-event.js";
import { processOfChange } from "./event-process.js";
import { type JournalEntry, LOG_NOTICE, LOG_WARNING, SYSLOG_IDENTIFIER } from "./journal-entry.js";

/**
 * The MESSAGE_ID of each kind of event (systemd.journal-fields(7)). `journalctl MESSAGE_ID=…` finds all events of a
 * kind.
 */
const messageIds = {
  finding: "6d5a1d8c0f0e4c8fa1b6a2f0c0a7f3e1",
  change: "0b7d7c1b5d3b4f6a9f5b7f0d8a0e2c94",
  renamed: "c39d4b8e67a14e4f8a8c1fb0f5a96d27",
  lost: "f4a8e6f10b9d4d5c9c2e8d7b31a05e68",
  incomplete: "5b1de0a9c2f64d1b8a37e5b0d94c6f12",
  complete: "93c7a15e4f0b4b6d9e28d1c6a0f37b54",
  unwatched: "e08f2b6c7d914a3fb5c41a9d0e673f28",
  "listener-came": "6f8b9f60ca754a7f9fbea376dc7093e4",
  "listener-changed": "6192eb771e8a4d31bbac0a2e11240fef",
  "listener-went": "6f8c988535ea4a2f98a8f96e8cecd60e",
  "listeners-unreported": "368683174715463c9d33f2ced6dbfd61",
  "not-looked-at": "380471eca65b4f6b971bfefeffb80ea1",
} as const;

/** Events after which something may have been missed. */
const warnings: ReadonlySet<ReportedEvent["event"]> = new Set([
  "lost",
  "incomplete",
  "unwatched",
  "listeners-unreported",
  "not-looked-at",
]);

/** Converts a change to an entry of systemd's journal, with fields by which `journalctl` can select it. */
export function eventToJournal(
  event: ReportedEvent,
  findings: readonly (HolderFinding | ListenerFinding)[],
): JournalEntry {
  const isFinding = findings.length > 0;
  return {
    // The journal adds the time itself.
    MESSAGE: printable(formatWatchEvent(event, findings)).slice(event.time.length + 1),
    MESSAGE_ID: messageIds[isFinding ? "finding" : event.event],
    PRIORITY: isFinding || warnings.has(event.event) ? LOG_WARNING : LOG_NOTICE,
    SYSLOG_IDENTIFIER,
    PROMISC_EVENT: event.event,
    PROMISC_TIME: event.time,
    PROMISC_NAMESPACE: printable(nameNamespace(event.netns)),
    ...("ifname" in event && event.ifname !== undefined
      ? { PROMISC_INTERFACE: printable(event.ifname) }
      : {}),
    ...(event.event === "change"
      ? { PROMISC_COUNT_BEFORE: event.before.promiscuity, PROMISC_COUNT: event.after.promiscuity }
      : {}),
    ...(isFinding ? { PROMISC_FINDINGS: findings.map(({ kind }) => kind).join(" ") } : {}),
    ...(event.event === "change" ? fieldsOfProcess(processOfChange(event)) : {}),
    ...("listener" in event
      ? { PROMISC_LISTENER: event.listener.kind, ...fieldsOfProcess(event.listener.processes[0]) }
      : {}),
  };
}

/**
 * Returns the fields about a process. The journal adds what it knows of OBJECT_PID as further OBJECT_ fields if the
 * process still exists.
 */
function fieldsOfProcess(process: ProcessDetails | undefined): JournalEntry {
  if (!process) return {};
  const { pid, uid, user, loginUid, loginUser, parent } = process;
  const name = processName(process);
  const fields = present({
    OBJECT_PID: pid,
    PROMISC_PROCESS: name && printable(name),
    PROMISC_USER: nameUser(uid, user),
    PROMISC_LOGIN_USER: nameUser(loginUid, loginUser),
    PROMISC_PARENT_PID: parent?.pid,
    PROMISC_PARENT: parent && printable(parent.comm),
  });
  return fields as JournalEntry;
}

function nameUser(uid: number | undefined, name: string | undefined): string | undefined {
  return uid === undefined ? undefined : printable(name ?? String(uid));
}
