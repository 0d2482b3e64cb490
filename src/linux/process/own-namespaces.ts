import { readFileSync, statSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { errnoOf } from "../ffi/errno.js";
import { textOf } from "../file/text-file.js";

let own: number | undefined;

/**
 * Returns the inode number of this process's user namespace. A process with several threads can't move to another one
 * (setns(2)).
 */
export function ownUserNamespace(): number {
  own ??= statSync("/proc/self/ns/user").ino;
  return own;
}

/**
 * Returns whether this process is in the initial user namespace, the only one in which user IDs aren't mapped
 * (user_namespaces(7)).
 */
export function inInitialUserNamespace(): boolean {
  return /^\s*0\s+0\s+4294967295$/m.test(textOf("/proc/self/uid_map") ?? "");
}

/**
 * Returns the inode number of the PID namespace whose process IDs /proc shows (pid_namespaces(7)): this process's own,
 * or an ancestor if /proc was mounted there.
 * @throws PromiscError `privilege` if it can't be determined
 */
export function procPidNamespace(): number {
  // proc(5): this process's ID in /proc's namespace, and in each one from there down to its own.
  const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]?.split(/\s+/);
  if (numbers?.length === 1) return statSync("/proc/self/ns/pid").ino;
  try {
    // The first process of a namespace can't leave it.
    return statSync("/proc/1/ns/pid").ino;
  } catch (cause) {
    throw new PromiscError({
      code: "privilege",
      operation: "find out which PID namespace /proc shows",
      reason: "it is mounted in another PID namespace",
      ...present({ errno: errnoOf(cause) }),
      onlyReason: true,
      hint: "run it with a /proc of its own, as unshare --mount-proc makes one, or with CAP_SYS_PTRACE",
      cause,
    });
  }
}
