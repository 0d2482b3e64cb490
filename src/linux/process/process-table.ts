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

/** Options of {@link readProcessTable}. */
export interface ReadProcessTableOptions {
  /**
   * Called with each descriptor that isn't a socket, and what `/proc/PID/fd` shows that it refers to: a path in the
   * process's mount namespace, or such as `anon_inode:bpf-prog`. Another user chose it, and its length.
   */
  readonly onFile?: (owner: DescriptorOwner, target: string) => void;
}

/** Reads /proc once. */
export function readProcessTable({ onFile }: ReadProcessTableOptions = {}): ProcessTable {
  const byNamespace = new Map<number, number[]>();
  const bySocket = new Map<number, DescriptorOwner[]>();
  const hidden: number[] = [];
  const pids = processNumbers();
  for (const pid of pids) {
    try {
      add(byNamespace, inodeIn(readlinkSync(`/proc/${pid}/ns/net`)), pid);
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const target = targetOf(pid, fd);
        if (target?.startsWith(SOCKET)) add(bySocket, inodeIn(target), { pid, fd: Number(fd) });
        else if (target !== undefined) onFile?.({ pid, fd: Number(fd) }, target);
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
  const target = targetOf(pid, fd);
  return target?.startsWith(SOCKET) ? inodeIn(target) : undefined;
}

const SOCKET = "socket:[";

/** Returns what a descriptor refers to; undefined if it was closed since the directory was read. */
function targetOf(pid: number, fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
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
