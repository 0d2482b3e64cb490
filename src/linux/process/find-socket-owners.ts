import { readdirSync } from "node:fs";
import { processNumbersNewestFirst } from "./process-list.js";
import { socketBehind } from "./process-table.js";

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
  for (const pid of processNumbersNewestFirst()) {
    const open = new Set(socketsOf(pid));
    yield [...open].filter((inode) => inodes.has(inode)).map((inode) => ({ inode, pid }));
  }
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
