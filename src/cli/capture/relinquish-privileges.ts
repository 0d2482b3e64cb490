import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "../../linux/account/account.js";
import { findAccount, findGroups } from "../../linux/account/find-account.js";
import {
  cannotBecome,
  dropPrivileges,
  isMapped,
  mayBecomeAnother,
} from "../../linux/privilege/drop-privileges.js";
import { giveUpFileAccess, keepFileAccess } from "../../linux/privilege/file-access.js";
import type { CaptureRequest } from "./request.js";

/** Whom Debian's tcpdump becomes. */
const DEFAULT_USER = "tcpdump";

/** What is to become of root. */
export interface Relinquishment {
  /** Whom this process will become; undefined if nobody else. */
  readonly account?: Account;
  /** What the user is to know of it. */
  readonly about?: string;
}

/**
 * Decides whom root is given up for: the user named, or the one who called sudo, or tcpdump's. Where nobody was named and
 * root can't be given up, this process stays root; where it isn't root, or just a user namespace's, what it is.
 * @throws PromiscError `privilege` if the user was named, and this process may not become that one
 */
export function planRelinquishment({ user }: CaptureRequest): Relinquishment {
  const account = user ?? defaultUser();
  if (account?.uid === process.geteuid?.()) return {};
  if (!user) {
    if (process.geteuid?.() !== 0) return {};
    if (!account)
      return { about: `remains root: there is no user ${DEFAULT_USER}, and --user names no other` };
    // A user namespace may have root alone (user_namespaces(7)), who is an ordinary user outside.
    if (!isMapped(account)) return {};
    if (!mayBecomeAnother())
      return { about: "remains root: without CAP_SETUID and CAP_SETGID it can't be given up" };
  } else if (!mayBecomeAnother()) throw cannotBecome(user, "Operation not permitted");
  return { account: account as Account, about: `gave up root for user ${(account as Account).name}` };
}

/**
 * Gives root up, once what needs it is open. Further files of a capture that is split are opened later: where that user may
 * not make them, the right to is kept, as tcpdump keeps it.
 * @throws PromiscError `privilege` if this process may not become that user
 */
export function relinquishPrivileges({ account }: Relinquishment, { file, rotation }: CaptureRequest): void {
  if (!account) return;
  const isSplit = rotation.size !== undefined || rotation.seconds !== undefined;
  const groups = findGroups(account);
  if (file === undefined || !isSplit || process.geteuid?.() !== 0) {
    dropPrivileges(account, groups);
    return;
  }
  keepFileAccess(() => dropPrivileges(account, groups));
  if (mayMakeFilesIn(dirname(file))) giveUpFileAccess();
}

/** Not where the directory's name depends on the time. */
function mayMakeFilesIn(directory: string): boolean {
  if (directory.includes("%")) return false;
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A user whom no directory knows now is one all the same: sudo(8) says both numbers. */
function defaultUser(): Account | undefined {
  const uid = numberIn("SUDO_UID");
  if (uid === undefined) return findAccount(DEFAULT_USER);
  return findAccount(uid) ?? { name: String(uid), uid, gid: numberIn("SUDO_GID") ?? uid };
}

function numberIn(variable: string): number | undefined {
  const text = process.env[variable] ?? "";
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined;
}
