import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that has a socket open. */
export interface SocketOwner {
  /** The socket's inode number. */
  readonly inode: number;
  readonly pid: number;
}

/**
 * Finds the processes that have some sockets open, the newest first: who just opened a socket has mostly just started, and
 * may end any moment. Several may share one, as a child shares its parent's: so it goes on until all were looked at.
 * @param inodes the sockets' inode numbers
 * @yields which of the sockets each process has open, none of them included: whoever has no more time can stop there
 */
export function* findSocketOwners(inodes: ReadonlySet<number>): Generator<readonly SocketOwner[]> {
  for (const pid of newestFirst()) {
    const open = new Set(socketsOf(pid));
    yield [...open].filter((inode) => inodes.has(inode)).map((inode) => ({ inode, pid }));
  }
}

/** Process numbers are given out in rising order, and begin again at the lowest when they reach the highest. */
function newestFirst(): number[] {
  // The last field of /proc/loadavg is the number given out last (proc(5)).
  const last = Number(readFileSync("/proc/loadavg", "latin1").trim().split(" ").pop());
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const age = (pid: number): number => (pid <= last ? last - pid : last - pid + 2 ** 22);
  return pids.sort((a, b) => age(a) - age(b));
}

function socketsOf(pid: number): number[] {
  let descriptors: string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    // It ended, or is another user's.
    return [];
  }
  return descriptors.flatMap((fd) => socketBehind(pid, fd) ?? []);
}

/** The socket's inode number; undefined for what is no socket, or was closed since the directory was read. */
function socketBehind(pid: number, fd: string): number | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    return target.startsWith("socket:[") ? Number(target.slice(8, -1)) : undefined;
  } catch {
    return undefined;
  }
}
