import { decodeString } from "../../wire/bytes.js";

/** A record of the kernel's log. */
export interface KmsgRecord {
  /** The microseconds from boot to the record, without suspends. */
  readonly time: number;
  /** The message, as the kernel escapes it: `\x1b` for bytes that aren't printable ASCII, and for backslashes. */
  readonly text: string;
}

/** The priority is the facility times 8, plus the level. The kernel itself writes as facility 0. */
const LEVELS = 8;

/**
 * Parses a record as one read of /dev/kmsg returns it: `PRIORITY,NUMBER,TIME,FLAGS;TEXT`, then lines that begin with a
 * blank (Documentation/ABI/testing/dev-kmsg).
 * @returns undefined if it isn't a record, or not one of the kernel's own: root may write others, but can't make the
 *   kernel accept facility 0
 */
export function parseKmsgRecord(bytes: Uint8Array): KmsgRecord | undefined {
  const record = decodeString(bytes, 0, bytes.length);
  const [, priority, time, text] = /^(\d+),\d+,(\d+),[^;\n]*;([^\n]*)/.exec(record) ?? [];
  if (text === undefined || Number(priority) >= LEVELS) return undefined;
  return { time: Number(time), text };
}
