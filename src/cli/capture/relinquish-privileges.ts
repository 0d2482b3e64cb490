import type { Account } from "../../linux/account/account.js";
import { findAccount, findGroups } from "../../linux/account/find-account.js";
import { dropPrivileges, isMapped, mayBecomeAnother } from "../../linux/drop-privileges.js";
import { standardOutputPipe } from "../../linux/standard-output-pipe.js";
import type { CaptureRequest } from "./request.js";

/** Whom Debian's tcpdump becomes. */
const DEFAULT_USER = "tcpdump";

/**
 * Gives root up once what needs it is open: for the user named, or the one who called sudo, or tcpdump's. Where nobody was
 * named and root can't be given up, this process stays root.
 * @returns what became of root, for the user to know; undefined if this process isn't root, or just a user namespace's
 * @throws PromiscError `privilege` if the user was named, and this process may not become that one
 */
export function relinquishPrivileges({ user }: CaptureRequest): string | undefined {
  const chosen = user ?? defaultUser();
  if (chosen?.uid === process.geteuid?.()) return undefined;
  if (!user) {
    if (process.geteuid?.() !== 0) return undefined;
    if (!chosen) return `remains root: there is no user ${DEFAULT_USER}, and --user names no other`;
    // A user namespace may have root alone (user_namespaces(7)), who is an ordinary user outside.
    if (!isMapped(chosen)) return undefined;
    if (!mayBecomeAnother()) return "remains root: without CAP_SETUID and CAP_SETGID it can't be given up";
  }
  // While it may still be opened.
  standardOutputPipe();
  dropPrivileges(chosen as Account, findGroups(chosen as Account));
  return `gave up root for user ${(chosen as Account).name}`;
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
