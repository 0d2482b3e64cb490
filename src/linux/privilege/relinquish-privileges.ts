import { accessSync, constants } from "node:fs";
import { checkOptions, type OptionKinds } from "../../check-options.js";
import type { Account } from "../account/account.js";
import { findAccount, findGroups } from "../account/find-account.js";
import { cannotBecome, dropPrivileges, isMapped, mayBecomeAnother } from "./drop-privileges.js";
import { giveUpFileAccess, keepFileAccess } from "./file-access.js";

/** The user that Debian's tcpdump becomes. */
const DEFAULT_USER = "tcpdump";

/** Which user a process of root becomes. */
export interface Relinquishment {
  /** The user that this process will become. Undefined if it stays what it is. */
  readonly account?: Account;
  /** A message for the user about it. */
  readonly about?: string;
}

/** Options of {@link relinquishPrivileges}. */
export interface RelinquishOptions {
  /** The directory where further files are to be made later, for example those of a capture that is split. */
  readonly directory?: string | undefined;
}

const relinquishOptions: OptionKinds<RelinquishOptions> = { directory: "string?" };

/**
 * Decides which user a process of root becomes: the one named, otherwise the one who called sudo, otherwise `tcpdump`.
 * If no user was named and root's privileges can't be given up, the process stays root. If it isn't root, or only root
 * of a user namespace, it stays what it is.
 * @throws PromiscError `privilege` if a user was named and this process may not become that user
 */
export function planRelinquishment(user?: Account): Relinquishment {
  const account = user ?? defaultUser();
  if (account?.uid === process.geteuid?.()) return {};
  if (!user) {
    if (process.geteuid?.() !== 0) return {};
    if (!account)
      return { about: `remains root: there is no user ${DEFAULT_USER}, and --user names no other` };
    // A user namespace may map only root (user_namespaces(7)), which is an ordinary user outside.
    if (!isMapped(account)) return {};
    if (!mayBecomeAnother())
      return { about: "remains root: without CAP_SETUID and CAP_SETGID it can't be given up" };
  } else if (!mayBecomeAnother()) throw cannotBecome(user, "Operation not permitted");
  return { account: account as Account, about: `gave up root for user ${(account as Account).name}` };
}

/**
 * Gives up root's privileges once everything that needs them is open. Further files of a capture that is split are
 * opened later. If the user may not create them, the process keeps the capability for that, as tcpdump does.
 * @throws PromiscError `privilege` if this process may not become that user
 */
export function relinquishPrivileges({ account }: Relinquishment, options: RelinquishOptions = {}): void {
  checkOptions("relinquishPrivileges", options, relinquishOptions);
  const { directory } = options;
  if (!account) return;
  const groups = findGroups(account);
  if (directory === undefined || process.geteuid?.() !== 0) {
    dropPrivileges(account, groups);
    return;
  }
  keepFileAccess(() => dropPrivileges(account, groups));
  if (mayMakeFilesIn(directory)) giveUpFileAccess();
}

/**
 * Reports whether this process may create files in a directory. False if the name of the directory depends on the time.
 */
function mayMakeFilesIn(directory: string): boolean {
  if (directory.includes("%")) return false;
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the user to become by default. If the directory service doesn't answer for the caller of sudo, the numbers
 * that sudo(8) passes on are used.
 */
function defaultUser(): Account | undefined {
  const uid = numberIn("SUDO_UID");
  if (uid === undefined) return findAccount(DEFAULT_USER);
  return findAccount(uid) ?? { name: String(uid), uid, gid: numberIn("SUDO_GID") ?? uid };
}

function numberIn(variable: string): number | undefined {
  const text = process.env[variable] ?? "";
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined;
}
