import type { HeardEvent, PoisoningFinding } from "../../../detect/poisoning/event.js";
import { present } from "../../../present.js";
import { formatPoisoningEvent } from "../poisoning-event.js";
import { printable } from "../text.js";
import { type JournalEntry, LOG_ALERT, LOG_NOTICE, LOG_WARNING, SYSLOG_IDENTIFIER } from "./journal-entry.js";

/**
 * The MESSAGE_ID of each kind of event (systemd.journal-fields(7)). `journalctl MESSAGE_ID=…` finds all events of a
 * kind.
 */
const messageIds = {
  finding: "a6c821cda55548f6ba97b499c03a8196",
  lost: "84ffc73e60fe44d580aff2368c6a42c7",
  down: "d49436f991a340339d5139a56fb20882",
} as const;

const priorities = { alarm: LOG_ALERT, warning: LOG_WARNING, notice: LOG_NOTICE } as const;

/** Converts an event of listening for poisoning to an entry of systemd's journal. */
export function poisoningToJournal(event: HeardEvent): JournalEntry {
  return {
    // The journal adds the time itself.
    MESSAGE: printable(formatPoisoningEvent(event)).slice(event.time.length + 1),
    MESSAGE_ID: messageIds[event.event],
    PRIORITY: event.event === "finding" ? priorities[event.severity] : LOG_WARNING,
    SYSLOG_IDENTIFIER,
    PROMISC_EVENT: event.event,
    PROMISC_TIME: event.time,
    PROMISC_INTERFACE: printable(event.ifname),
    ...(event.event === "lost" ? { PROMISC_LOST: event.frames } : {}),
    ...(event.event === "finding" ? findingFields(event) : {}),
  };
}

function findingFields(finding: PoisoningFinding): JournalEntry {
  const { kind, severity, address, mac, previousMac, source, repeated } = finding;
  return {
    PROMISC_FINDINGS: kind,
    PROMISC_SEVERITY: severity,
    ...present({ PROMISC_ADDRESS: address, PROMISC_MAC: mac, PROMISC_PREVIOUS_MAC: previousMac }),
    PROMISC_SOURCE: source,
    PROMISC_REPEATED: repeated,
  };
}
