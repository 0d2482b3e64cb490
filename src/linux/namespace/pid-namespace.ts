import { readFileSync, statSync } from "node:fs";
import { PromiscError } from "../../errors.js";

/**
 * The inode number of the PID namespace whose numbers /proc shows (pid_namespaces(7)): this process's own, or one above if
 * /proc was mounted there.
 * @throws PromiscError `privilege` if it can't be found out
 */
export function procPidNamespace(): number {
  // proc(5): this process's number in /proc's namespace, and in each one from there down to its own.
  const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]?.split(/\s+/);
  if (numbers?.length === 1) return statSync("/proc/self/ns/pid").ino;
  try {
    // The first process of a namespace can't leave it.
    return statSync("/proc/1/ns/pid").ino;
  } catch (cause) {
    throw new PromiscError({
      code: "privilege",
      operation: "find out whose process numbers /proc has",
      reason: "it is mounted in another PID namespace",
      hint: "run it with a /proc of its own, as unshare --mount-proc makes one, or with CAP_SYS_PTRACE",
      cause,
    });
  }
}
