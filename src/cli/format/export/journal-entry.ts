/** The fields of an entry, by which `journalctl` can select it: systemd.journal-fields(7). */
export type JournalEntry = Readonly<Record<string, string | number>>;

// syslog(3)
export const LOG_ALERT = 1;
export const LOG_WARNING = 4;
export const LOG_NOTICE = 5;
const LOG_INFO = 6;

export const SYSLOG_IDENTIFIER = "promisc";

/** Creates an entry for a message from promisc about itself. */
export function messageToJournal(message: string): JournalEntry {
  return { MESSAGE: message, PRIORITY: LOG_INFO, SYSLOG_IDENTIFIER };
}
