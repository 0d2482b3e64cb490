import { readdirSync, readlinkSync } from "node:fs";
import { processNumbers } from "./process-list.js";

/** A file descriptor of a process. */
export interface DescriptorOwner {
  readonly pid: number;
  readonly fd: number;
}

/** Which processes are in which network namespace, and which have which socket open: one reading of /proc (proc(5)). */
export interface ProcessTable {
  /** The processes in each network namespace, by the namespace's inode number. */
  readonly byNamespace: ReadonlyMap<number, readonly number[]>;
  /** The descriptors open on each socket, by the socket's inode number. */
  readonly bySocket: ReadonlyMap<number, readonly DescriptorOwner[]>;
  /** The processes whose descriptors couldn't be read, mostly because this process may not. */
  readonly hidden: readonly number[];
  /** Whether /proc leaves out other users' processes, because it is mounted with `hidepid` (proc(5)). */
  readonly isPartial?: boolean;
}

export function readProcessTable(): ProcessTable {
  const byNamespace = new Map<number, number[]>();
  const bySocket = new Map<number, DescriptorOwner[]>();
  const hidden: number[] = [];
  const pids = processNumbers();
  for (const pid of pids) {
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = socketBehind(pid, fd);
        if (inode !== undefined) add(bySocket, inode, { pid, fd: Number(fd) });
      }
    } catch (error) {
      // A process that ended meanwhile has nothing open any more. After any other error, it counts as hidden.
      if (!isGone(error)) hidden.push(pid);
    }
  }
  // Every PID namespace has a process 1.
  return { byNamespace, bySocket, hidden, isPartial: !pids.includes(1) };
}

/** Returns the visible processes in each network namespace, by the namespace's inode number. */
export function readProcessNamespaces(): Map<number, number[]> {
  const byNamespace = new Map<number, number[]>();
  for (const pid of processNumbers()) {
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
    } catch {
      // The process ended, or is hidden.
    }
  }
  return byNamespace;
}

/**
 * Returns the inode number of the socket behind a process's descriptor; undefined if it isn't a socket, or was closed
 * since the directory was read.
 */
export function socketBehind(pid: number, fd: string): number | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    return target.startsWith("socket:[") ? inodeIn(target) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the number in `net:[4026531840]` or `socket:[12345]`. */
function inodeIn(target: string): number {
  return Number(target.slice(target.indexOf("[") + 1, -1));
}

function add<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ESRCH";
}
