import { readFileSync, statSync } from "node:fs";
import { type Account, readAccounts } from "./account.js";

const FILE = "/etc/passwd";

interface Contents {
  /** The file's inode, modification time and size when it was read. */
  readonly version: string;
  readonly byName: ReadonlyMap<string, Account>;
  readonly byUid: ReadonlyMap<number, Account>;
}

let contents: Contents = { version: "", byName: new Map(), byUid: new Map() };

/**
 * Finds a user in /etc/passwd, as the file is now.
 * @param user a name or a user ID; if several names have one ID, the first is returned, as getpwuid(3) does
 */
export function findInPasswdFile(user: string | number): Account | undefined {
  refresh();
  return typeof user === "number" ? contents.byUid.get(user) : contents.byName.get(user);
}

function refresh(): void {
  try {
    const { ino, mtimeNs, size } = statSync(FILE, { bigint: true });
    const version = `${ino} ${mtimeNs} ${size}`;
    if (version === contents.version) return;
    const accounts = readAccounts(readFileSync(FILE, "utf8"));
    contents = { version, byName: firstBy(accounts, "name"), byUid: firstBy(accounts, "uid") };
  } catch {
    // The file doesn't exist, or is being replaced: keep the old contents.
  }
}

function firstBy<Key extends "name" | "uid">(
  accounts: readonly Account[],
  key: Key,
): Map<Account[Key], Account> {
  return new Map(accounts.toReversed().map((account) => [account[key], account]));
}
