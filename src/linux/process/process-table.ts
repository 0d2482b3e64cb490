import { readdirSync, readlinkSync } from "node:fs";

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
  const names = readdirSync("/proc");
  for (const name of names) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
      for (const fd of readdirSync(`/proc/${pid}/fd`)) addIfSocket(bySocket, pid, fd);
    } catch (error) {
      // A process that is gone meanwhile has nothing open any more. Whatever else fails, this one isn't seen.
      if (!isGone(error)) hidden.push(pid);
    }
  }
  // Every PID namespace has a process 1.
  return { byNamespace, bySocket, hidden, isPartial: !names.includes("1") };
}

/** Just the namespaces of all processes that this process may see: by the namespace's inode number. */
export function readProcessNamespaces(): Map<number, number[]> {
  const byNamespace = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
    } catch {
      // It ended, or hides.
    }
  }
  return byNamespace;
}

function addIfSocket(bySocket: Map<number, DescriptorOwner[]>, pid: number, fd: string): void {
  let target: string;
  try {
    target = readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    // Closed since the directory was read.
    return;
  }
  if (target.startsWith("socket:[")) add(bySocket, inodeIn(target), { pid, fd: Number(fd) });
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
