import { readFileSync } from "node:fs";

/** A user of this machine, as passwd(5) has it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Its own group. */
  readonly gid: number;
}

let accounts: readonly Account[] | undefined;

function all(): readonly Account[] {
  accounts ??= readPasswd()
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length > 3)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return accounts;
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

/** @param user a name, or a number; of several names of one number the first is found, as getpwuid(3) does */
export function findAccount(user: string | number): Account | undefined {
  return all().find(({ name, uid }) => user === name || user === uid);
}
