import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Finds a process for each of some sockets, the newest processes first: who just opened a socket has mostly just started,
 * and may end any moment.
 * @param inodes the sockets' inode numbers
 * @returns by inode number, the process; sockets that no process has open are left out
 */
export function findSocketOwners(inodes: ReadonlySet<number>): Map<number, number> {
  const owners = new Map<number, number>();
  for (const pid of newestFirst()) {
    if (owners.size === inodes.size) break;
    for (const inode of socketsOf(pid)) if (inodes.has(inode)) owners.set(inode, pid);
  }
  return owners;
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
  const inodes: number[] = [];
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      if (target.startsWith("socket:[")) inodes.push(Number(target.slice(8, -1)));
    }
  } catch {
    // It ended, closed a descriptor, or is another user's.
  }
  return inodes;
}
