import { readFileSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import type { Account } from "../account/account.js";
import { effectiveCapabilities } from "../ffi/effective-capabilities.js";
import { describeErrno, EPERM, errnoOf } from "../ffi/errno.js";

let heir: Account | undefined;

/** Returns the user that this process became when it gave up root; undefined if it didn't. */
export function heirOfRoot(): Account | undefined {
  return heir;
}

/**
 * Makes this process permanently another user's, in all its threads: it changes the groups, the group and the user, and
 * so loses all capabilities. Open files stay open.
 * @param groups the user's supplementary groups
 * @throws PromiscError `privilege` if the process may not become that user
 */
export function dropPrivileges(account: Account, groups: readonly number[]): void {
  const { uid, gid } = account;
  try {
    process.setgroups?.([gid, ...groups]);
    process.setgid?.(gid);
    process.setuid?.(uid);
    heir = account;
  } catch (error) {
    throw cannotBecome(account, (error as Error).message, error);
  }
}

export function cannotBecome({ name }: Account, reason: string, cause?: unknown): PromiscError {
  return new PromiscError({
    code: "privilege",
    operation: `become user ${name}`,
    reason,
    ...present({ errno: cause === undefined ? describeErrno(EPERM) : errnoOf(cause) }),
    onlyReason: true,
    hint: "needs CAP_SETUID and CAP_SETGID, as root has them: leave --user out, or run it with sudo",
    cause,
  });
}

/** Returns whether this process may become another user at all. Root in a container often may not (capabilities(7)). */
export function mayBecomeAnother(): boolean {
  const capabilities = effectiveCapabilities();
  return capabilities.includes("CAP_SETUID") && capabilities.includes("CAP_SETGID");
}

/** Returns whether the user and their group exist in this process's user namespace (user_namespaces(7)). */
export function isMapped({ uid, gid }: Account): boolean {
  return isMappedIn("uid_map", uid) && isMappedIn("gid_map", gid);
}

function isMappedIn(map: "uid_map" | "gid_map", id: number): boolean {
  return readFileSync(`/proc/self/${map}`, "latin1")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => id >= first && id < first + count);
}
