import { readdirSync, readlinkSync } from "node:fs";
import { processNumbers } from "./process-list.js";

/** A file descriptor of a process. */
export interface DescriptorOwner {
  readonly pid: number;
  readonly fd: number;
}

/** Which processes are in which network namespace, and which have which socket open: /proc, read once (proc(5)). */
export interface ProcessTable {
  /** By the namespace's inode number: its processes. */
  readonly byNamespace: ReadonlyMap<number, readonly number[]>;
  /** By the socket's inode number: the descriptors that are open on it. */
  readonly bySocket: ReadonlyMap<number, readonly DescriptorOwner[]>;
  /** Processes whose descriptors this process may not see, or couldn't. */
  readonly hidden: readonly number[];
  /** Whether /proc leaves out processes of other users, being mounted with `hidepid` (proc(5)). */
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
      // A process that is gone meanwhile has nothing open any more. Whatever else fails, this one isn't seen.
      if (!isGone(error)) hidden.push(pid);
    }
  }
  // Every PID namespace has a process 1.
  return { byNamespace, bySocket, hidden, isPartial: !pids.includes(1) };
}

/** Just the namespaces of all processes that this process may see: by the namespace's inode number. */
export function readProcessNamespaces(): Map<number, number[]> {
  const byNamespace = new Map<number, number[]>();
  for (const pid of processNumbers()) {
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
    } catch {
      // It ended, or hides.
    }
  }
  return byNamespace;
}

/**
 * The inode number of the socket that a process has as a descriptor; undefined for what is no socket, or was closed since the
 * directory was read.
 */
export function socketBehind(pid: number, fd: string): number | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    return target.startsWith("socket:[") ? inodeIn(target) : undefined;
  } catch {
    return undefined;
  }
}

/** The number in `net:[4026531840]` or `socket:[12345]`. */
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
