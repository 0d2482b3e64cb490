import { basename } from "node:path";
import type { ProcessDetails } from "../../linux/process/process-details.js";

/** A script's path comes after its interpreter and the one argument that its first line may give (execve(2)). */
const SCRIPT_WITHIN = 3;

const DELETED = " (deleted)";

/**
 * A process's name, as one would look for it with ps(1): that of its executable or script. Mostly that is what the kernel
 * calls it; but a process may name its first thread as it likes, `node-MainThread` for example.
 * @returns undefined if nothing is known of it
 */
export function processName({ comm, args = [], exe }: Omit<ProcessDetails, "pid">): string | undefined {
  const file = exe?.endsWith(DELETED) ? exe.slice(0, -DELETED.length) : exe;
  if (comm && [file ?? "", ...args.slice(0, SCRIPT_WITHIN)].some((path) => isNamedAfter(comm, path)))
    return comm;
  // Another user's executable can't be seen; what it was called by can.
  const command = file ?? args[0];
  return (command && basename(command)) || comm || undefined;
}

/** The kernel cuts a name off after 15 bytes. A process that rewrote its arguments has one that goes on: `sshd: alice`. */
function isNamedAfter(comm: string, path: string): boolean {
  return path.startsWith(comm) || basename(path).startsWith(comm);
}
