import { randomInt } from "node:crypto";

/** A user and a password that are nobody's. */
export interface Credential {
  readonly user: string;
  readonly password: string;
}

const names = ["archive", "backup", "batch", "mirror", "report", "sync"] as const;
/** Without those that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const PASSWORD_LENGTH = 14;

/**
 * Invents a login that nobody can guess: 70 bits of password.
 *
 * There is one for a whole run, not one for each target: the frames reach every port of the LAN, and so every sniffer sees
 * every login. Several would tell nothing about who uses one; that is told by where the use comes from. They would only
 * make a listener look strange.
 */
export function inventCredential(): Credential {
  let password = "";
  while (password.length < PASSWORD_LENGTH) password += ALPHABET[randomInt(ALPHABET.length)];
  return { user: `${names[randomInt(names.length)]}${randomInt(1000, 10_000)}`, password };
}
