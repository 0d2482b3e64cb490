import { closeSync, constants, openSync, readSync } from "node:fs";
import { monotonicTime, realTime, timeSinceBoot } from "../clock/clock.js";
import { EAGAIN, EINVAL, EPIPE, errnoOf } from "../ffi/errno.js";
import { parseKmsgRecord } from "./kmsg-record.js";
import { readModeMessage } from "./mode-record.js";

/** A record of the kernel's log about an interface's promiscuous mode. */
export interface ModeRecord {
  /**
   * About when it was written: ISO 8601, UTC. The clock of the log drifts from the system clock, by seconds in a month,
   * and stands still while the machine is suspended.
   */
  readonly time: string;
  /** Whether the interface entered promiscuous mode; otherwise it left it. */
  readonly entered: boolean;
}

/** What the kernel's log says about interfaces. */
export interface ModeLog {
  /** The last records about each interface, oldest first, by its name. The network namespace isn't recorded. */
  readonly records: ReadonlyMap<string, readonly ModeRecord[]>;
  /** When the oldest record of the log was written; undefined if there is none. */
  readonly since: string | undefined;
  /** How long the machine was suspended since its boot, in seconds. Records may be up to that much older. */
  readonly suspended: number;
}

/** The device that has the kernel's log. */
const LOG = "/dev/kmsg";

/** The longest record that the kernel returns (PRINTKRB_RECORD_MAX and its predecessors). */
const LONGEST = 8192;

/** The log has fewer records unless somebody writes them faster than they are read. */
const MOST_RECORDS = 1_000_000;

/** How many records about an interface are kept. */
const KEPT = 8;

/** All messages about the mode have this, and few others do. */
const MARK = " promiscuous mode";

/**
 * Reads what the kernel's log says about interfaces with these names.
 * @throws Error of node:fs if the log can't be opened or read
 */
export function readModeLog(names: ReadonlySet<string>): ModeLog {
  const clockOffset = realTime() - monotonicTime();
  const formatTime = (time: number): string =>
    new Date((time + clockOffset) / 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const records = new Map<string, ModeRecord[]>();
  let since: string | undefined;
  for (const bytes of readRecords()) {
    if (since !== undefined && !bytes.includes(MARK)) continue;
    const record = parseKmsgRecord(bytes);
    if (!record) continue;
    since ??= formatTime(record.time);
    const message = readModeMessage(record.text);
    if (!message || !names.has(message.ifname)) continue;
    const { ifname, entered } = message;
    const ofName = records.get(ifname) ?? [];
    ofName.push({ time: formatTime(record.time), entered });
    if (ofName.length > KEPT) ofName.shift();
    records.set(ifname, ofName);
  }
  const suspended = Math.round((timeSinceBoot() - monotonicTime()) / 1e6);
  return { records, since, suspended };
}

/** Reads the records that the log has now, each into the same memory. */
function* readRecords(): Generator<Buffer> {
  const log = openSync(LOG, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const buffer = Buffer.alloc(LONGEST);
    for (let count = 0; count < MOST_RECORDS; count++) {
      const size = readRecord(log, buffer);
      if (size === 0) return;
      if (size > 0) yield buffer.subarray(0, size);
    }
  } finally {
    closeSync(log);
  }
}

/** Reads the next record. Returns its size, 0 if there is no further one, or -1 if it was lost. */
function readRecord(log: number, buffer: Buffer): number {
  try {
    return readSync(log, buffer);
  } catch (error) {
    switch (errnoOf(error)?.number) {
      case EAGAIN:
        return 0;
      // The next records were overwritten, or this one is larger than any should be. Reading goes on after them.
      case EPIPE:
      case EINVAL:
        return -1;
      default:
        throw error;
    }
  }
}
