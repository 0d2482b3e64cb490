import { basename } from "node:path";
import type { ProcessDetails } from "../../linux/process/process-details.js";

/** How many arguments can hold a script's path: the interpreter comes first, then at most one argument (execve(2)). */
const SCRIPT_WITHIN = 3;

const DELETED = " (deleted)";

/**
 * Returns a process's name as one would look for it with ps(1): the name of its executable or script. Usually the
 * kernel's name is the same, but a process can name its first thread as it likes, for example `node-MainThread`.
 * @returns undefined if nothing is known about the process
 */
export function processName({ comm, args = [], exe }: Omit<ProcessDetails, "pid">): string | undefined {
  const file = exe?.endsWith(DELETED) ? exe.slice(0, -DELETED.length) : exe;
  if (comm && [file ?? "", ...args.slice(0, SCRIPT_WITHIN)].some((path) => isNamedAfter(comm, path)))
    return comm;
  // Another user's executable can't be read, but its arguments can.
  const command = file ?? args[0];
  return (command && basename(command)) || comm || undefined;
}

/**
 * The kernel cuts names off after 15 bytes. A process that rewrote its arguments may have a longer one: `sshd: alice`.
 */
function isNamedAfter(comm: string, path: string): boolean {
  return path.startsWith(comm) || basename(path).startsWith(comm);
}
