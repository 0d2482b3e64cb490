import { readFileSync, statSync } from "node:fs";
import { type Account, readAccounts } from "./account.js";

const FILE = "/etc/passwd";

interface Contents {
  /** What the file was like when it was read: another one has another inode, a changed one another time. */
  readonly version: string;
  readonly byName: ReadonlyMap<string, Account>;
  readonly byUid: ReadonlyMap<number, Account>;
}

let contents: Contents = { version: "", byName: new Map(), byUid: new Map() };

/**
 * A user whom /etc/passwd has now.
 * @param user a name, or a number; of several names of one number the first is found, as getpwuid(3) does
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
    // There is none, or it is being replaced: what was known stays.
  }
}

function firstBy<Key extends "name" | "uid">(
  accounts: readonly Account[],
  key: Key,
): Map<Account[Key], Account> {
  return new Map(accounts.toReversed().map((account) => [account[key], account]));
}
