import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Finds the processes that have some sockets open, the newest first: who just opened a socket has mostly just started, and
 * may end any moment. All of them, because several may share one, as a child shares its parent's.
 * @param inodes the sockets' inode numbers
 * @param onFound called for each process of each socket at once, while others are still being looked for
 */
export function findSocketOwners(
  inodes: ReadonlySet<number>,
  onFound: (inode: number, pid: number) => void,
): void {
  if (inodes.size === 0) return;
  for (const pid of newestFirst())
    for (const inode of new Set(socketsOf(pid))) if (inodes.has(inode)) onFound(inode, pid);
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
