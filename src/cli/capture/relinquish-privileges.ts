import { findAccount } from "../../linux/accounts.js";
import { canBecome, dropPrivileges } from "../../linux/drop-privileges.js";
import { standardOutputPipe } from "../../linux/standard-output-pipe.js";
import type { CaptureRequest } from "./request.js";

/** Whom Debian's tcpdump becomes. */
const DEFAULT_USER = "tcpdump";

/**
 * Gives root up once what needs it is open: for the user named, or the one who called sudo, or tcpdump's.
 * @returns who it is now, if somebody else
 * @throws PromiscError `privilege` if the user was named, and this process may not become that one
 */
export function relinquishPrivileges({ user }: CaptureRequest): string | undefined {
  const chosen = user ?? defaultUser();
  if (!chosen || chosen.uid === process.geteuid?.()) return undefined;
  if (!user && !canBecome(chosen)) return undefined;
  // While it may still be opened.
  standardOutputPipe();
  dropPrivileges(chosen);
  return chosen.name;
}

function defaultUser() {
  const caller = process.env["SUDO_UID"];
  return caller === undefined ? findAccount(DEFAULT_USER) : findAccount(Number(caller));
}
