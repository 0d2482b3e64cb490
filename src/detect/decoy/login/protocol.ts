import type { Credential } from "./credential.js";

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
