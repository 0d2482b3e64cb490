import { closeSync, openSync, readSync } from "node:fs";

/** The most bytes of a command line that are read. A process can have megabytes of it, and change it as it likes. */
const MOST_BYTES = 4096;

/** A process's command line, or the beginning of it. */
export interface CommandLine {
  readonly args: readonly string[];
  /** Whether the command line is longer. */
  readonly isTruncated: boolean;
}

/** Reused by each call. */
const buffer = Buffer.alloc(MOST_BYTES + 1);

/** Reads the first 4096 bytes of a process's command line (proc(5)); undefined if it can't be read, or is empty. */
export function readCommandLine(pid: number): CommandLine | undefined {
  let length: number;
  try {
    length = readInto(`/proc/${pid}/cmdline`);
  } catch {
    return undefined;
  }
  if (length === 0) return undefined;
  const isTruncated = length > MOST_BYTES;
  const text = buffer.toString("utf8", 0, Math.min(length, MOST_BYTES));
  return { args: (isTruncated ? text : text.replace(/\0$/, "")).split("\0"), isTruncated };
}

function readInto(path: string): number {
  const fd = openSync(path, "r");
  try {
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return length;
  } finally {
    closeSync(fd);
  }
}
