import { randomInt } from "node:crypto";

/** A line of a conversation, without its line end. */
export interface Line {
  readonly from: "client" | "server";
  readonly text: string;
}

/** What a server says to a line. */
export interface Reply {
  readonly text: string;
  /** The login that the line completed; it is refused. */
  readonly login?: Credential;
  /** Whether the server hangs up after it. */
  readonly ends?: boolean;
}

/** A server's side of one connection, which refuses every login. */
export interface Dialogue {
  readonly greeting: string;
  /** @param line without its line end */
  hear(line: string): Reply;
}

/** A protocol whose logins cross the wire in clear text. */
export interface LoginProtocol {
  readonly port: number;
  /** A whole session with a login that succeeds, as a sniffer sees it. */
  session(credential: Credential): readonly Line[];
  dialogue(): Dialogue;
}

/** A command, in upper case, and what is behind its blank. */
export function splitCommand(line: string): { readonly command: string; readonly argument: string } {
  const blank = line.indexOf(" ");
  return blank < 0
    ? { command: line.toUpperCase(), argument: "" }
    : { command: line.slice(0, blank).toUpperCase(), argument: line.slice(blank + 1) };
}

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
