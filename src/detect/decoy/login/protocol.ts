import { randomInt } from "node:crypto";

/** A line of a conversation, without its line ending. */
export interface Line {
  readonly from: "client" | "server";
  readonly text: string;
}

/** A server's answer to a line. */
export interface Reply {
  readonly text: string;
  /** The login that the line completed. It is refused. */
  readonly login?: Credential;
  /** Whether the server then closes the connection. */
  readonly ends?: boolean;
}

/** The server's side of one connection. It refuses every login. */
export interface Dialogue {
  readonly greeting: string;
  /**
   * Returns the answer to a line.
   * @param line without its line ending
   */
  hear(line: string): Reply;
}

/** A protocol whose logins cross the network in clear text. */
export interface LoginProtocol {
  readonly port: number;
  /** Returns a complete session with a successful login, as a sniffer sees it. */
  session(credential: Credential): readonly Line[];
  dialogue(): Dialogue;
}

/** Splits a line into the command, in upper case, and the text after the space. */
export function splitCommand(line: string): { readonly command: string; readonly argument: string } {
  const blank = line.indexOf(" ");
  return blank < 0
    ? { command: line.toUpperCase(), argument: "" }
    : { command: line.slice(0, blank).toUpperCase(), argument: line.slice(blank + 1) };
}

/** A user name and a password. */
export interface Credential {
  readonly user: string;
  readonly password: string;
}

const names = ["archive", "backup", "batch", "mirror", "report", "sync"] as const;
/** Letters and digits without those that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const PASSWORD_LENGTH = 14;

/**
 * Invents a login that nobody can guess; the password has 70 bits.
 *
 * There is one login for a whole run, not one for each target, because the frames reach every port of the LAN, and
 * every sniffer sees every login. Several logins would not show who uses one; the source of the attempt shows that.
 * They would only look suspicious to somebody who listens.
 */
export function inventCredential(): Credential {
  let password = "";
  while (password.length < PASSWORD_LENGTH) password += ALPHABET[randomInt(ALPHABET.length)];
  return { user: `${names[randomInt(names.length)]}${randomInt(1000, 10_000)}`, password };
}
