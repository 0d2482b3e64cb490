import { readFileSync } from "node:fs";
import { PromiscError } from "../errors.js";
import type { Account } from "./accounts.js";

/**
 * Makes this process another user's for good, in all its threads: its groups, its group, its user, and with them all
 * capabilities gone. What it has open stays open.
 * @throws PromiscError `privilege` if it may not become that user
 */
export function dropPrivileges({ name, uid, gid }: Account): void {
  try {
    initgroups(name, gid);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new PromiscError({
      code: "privilege",
      operation: `become user ${name}`,
      reason: (error as Error).message,
      hint: "only root may become another user: leave --user out, or run it with sudo",
      cause: error,
    });
  }
}

/** The groups that /etc/group gives the user. Node.js has it; its types don't. */
function initgroups(name: string, gid: number): void {
  (process as typeof process & { initgroups(user: string, group: number): void }).initgroups(name, gid);
}

/** Whether this process is root, and the user exists where it is: a user namespace may have root alone (user_namespaces(7)). */
export function canBecome({ uid, gid }: Account): boolean {
  return process.geteuid?.() === 0 && isMapped("uid_map", uid) && isMapped("gid_map", gid);
}

function isMapped(map: "uid_map" | "gid_map", id: number): boolean {
  return readFileSync(`/proc/self/${map}`, "latin1")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => id >= first && id < first + count);
}
