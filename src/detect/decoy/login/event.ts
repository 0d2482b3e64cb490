/** An event of {@link decoyLogin}. They come in this order: `begin`, then `sent` and `attempt`, then `end`. */
export type DecoyLoginEvent = DecoyLoginBegin | DecoyLoginSent | DecoyLoginAttempt | DecoyLoginEnd;

export interface DecoyLoginBegin {
  readonly event: "start";
  readonly ifname: string;
  readonly protocol: "ftp" | "pop3";
  /** The address and the port that this host listens on. */
  readonly address: string;
  readonly port: number;
  /** The invented login. */
  readonly user: string;
  readonly password: string;
  /** The source address of the forged sessions, which nobody has. */
  readonly client: string;
  /** How many frames will be sent. */
  readonly frames: number;
}

/** The login has crossed the LAN. */
export interface DecoyLoginSent {
  readonly event: "sent";
  /** Counts from 1. */
  readonly round: number;
}

/** Somebody tried to log in. Passwords are not kept, because they may be real. */
export interface DecoyLoginAttempt {
  readonly event: "attempt";
  /** When the password was received: ISO 8601 UTC, with milliseconds. */
  readonly time: string;
  /**
   * Whether the invented login was used. Whoever used it saw frames that were addressed to nobody, or has it from
   * somebody who did.
   */
  readonly finding: boolean;
  /**
   * - `decoy`: the invented login
   * - `decoy-user`: the invented user with another password
   * - `other`: an unrelated attempt, which is noise
   */
  readonly login: "decoy" | "decoy-user" | "other";
  /** At most 64 characters of the user name, one for each byte. The other side can send anything. */
  readonly user: string;
  readonly address: string;
  /** The port of the other side. */
  readonly port: number;
  /**
   * The Ethernet address of the other side, from the neighbour table. Null if it isn't on the LAN, or is this machine.
   */
  readonly mac?: string;
  /** Whether the attempt came from this machine. */
  readonly self: boolean;
}

/** A host that used the invented login. */
export interface DecoyLoginUse {
  readonly address: string;
  readonly mac?: string;
  readonly self: boolean;
  readonly times: number;
}

export interface DecoyLoginEnd {
  readonly event: "end";
  /** How many frames were sent. */
  readonly frames: number;
  readonly uses: readonly DecoyLoginUse[];
  /** Attempts with other logins. */
  readonly others: number;
  /** How many of these were not reported individually, because there were too many. */
  readonly untold: number;
  readonly connections: number;
  /** Connections that were refused because too many were open. */
  readonly refused: number;
  readonly words: string;
}
