import { readFileSync } from "node:fs";

/** How many files this process may have open at a time: RLIMIT_NOFILE (getrlimit(2), proc(5)). */
export function descriptorLimit(): number {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
  return soft === undefined || soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}
