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
 * Finds the processes that have certain sockets open, newest first: a process that just opened a socket has usually
 * just started, and may end at any moment. Several processes can share a socket, as a child shares its parent's, so
 * this continues until all processes were examined.
 * @param inodes the sockets' inode numbers
 * @yields the sockets that each process has open, possibly none, so that the caller can stop after any process
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
    // The process ended, or is another user's.
    return [];
  }
  return descriptors.flatMap((fd) => socketBehind(pid, fd) ?? []);
}
