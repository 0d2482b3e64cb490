import type { Account } from "../account/account.js";

let heir: Account | undefined;

/** Whom this process gave up root for; undefined if it didn't. */
export function heirOfRoot(): Account | undefined {
  return heir;
}

/** To be called by whoever gives it up. */
export function rememberHeirOfRoot(account: Account): void {
  heir = account;
}
