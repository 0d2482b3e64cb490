/** What {@link decoyLogin} tells of, in this order: `begin`, then `sent` and `attempt`, then `end`. */
export type DecoyLoginEvent = DecoyLoginBegin | DecoyLoginSent | DecoyLoginAttempt | DecoyLoginEnd;

export interface DecoyLoginBegin {
  readonly event: "begin";
  readonly ifname: string;
  readonly protocol: "ftp" | "pop3";
  /** Where this host listens. */
  readonly address: string;
  readonly port: number;
  /** The login that is nobody's. */
  readonly user: string;
  readonly password: string;
  /** Where the forged sessions come from: an address that nobody has. */
  readonly client: string;
  /** How many frames will be sent. */
  readonly frames: number;
}

/** The login crossed the LAN. */
export interface DecoyLoginSent {
  readonly event: "sent";
  /** From 1. */
  readonly round: number;
}

/** Somebody tried to log in. Nobody's password is kept, for it may be a real one. */
export interface DecoyLoginAttempt {
  readonly event: "attempt";
  /** ISO 8601 UTC, milliseconds: when the password was heard. */
  readonly time: string;
  /** Whether the invented login was used: whoever did so, or told them, saw frames that were for nobody. */
  readonly finding: boolean;
  /**
   * - `decoy`: the invented login
   * - `decoy-user`: the invented user with another password
   * - `other`: a stranger's try, which is noise
   */
  readonly login: "decoy" | "decoy-user" | "other";
  /** At most 64 characters of what came, each a byte: whatever the other side pleased to send. */
  readonly user: string;
  readonly address: string;
  /** That of the other side. */
  readonly port: number;
  /** Its Ethernet address by the neighbour table; null if it isn't on the LAN, or is this machine. */
  readonly mac: string | null;
  /** Whether it came from this machine. */
  readonly self: boolean;
}

/** A host that used the invented login. */
export interface DecoyLoginUse {
  readonly address: string;
  readonly mac: string | null;
  readonly self: boolean;
  readonly times: number;
}

export interface DecoyLoginEnd {
  readonly event: "end";
  /** How many frames were sent. */
  readonly frames: number;
  readonly uses: readonly DecoyLoginUse[];
  /** Tries with other logins. */
  readonly others: number;
  /** Of these, those that were too many to be told of one by one. */
  readonly untold: number;
  readonly connections: number;
  /** Connections that were too many at once. */
  readonly refused: number;
  readonly words: string;
}
