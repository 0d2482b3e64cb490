/** A user of this machine, as passwd(5) has it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Its own group. */
  readonly gid: number;
}

/** The accounts in lines of passwd(5), which is also what getent(1) prints. Lines that aren't of that form are left out. */
export function readAccounts(text: string): Account[] {
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    if (!name || !isNumber(uid) || !isNumber(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}
