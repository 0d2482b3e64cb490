import { present } from "../../../present.js";
import type { DecoyLoginAttempt, DecoyLoginUse } from "./event.js";
import type { Credential } from "./protocol.js";
import type { Peer } from "./server.js";

/**
 * At most this many attempts with other logins are reported individually, and at most this many hosts that used the
 * invented login are kept.
 */
const MOST_TOLD = 200;
const MOST_USERS = 1024;
const LONGEST_USER = 64;

/** Judges login attempts. */
export class Attempts {
  /** Attempts with other logins, and how many of them were not reported. */
  others = 0;
  untold = 0;
  readonly #credential: Credential;
  readonly #ownAddress: string;
  readonly #macOf: (address: string) => string | undefined;
  readonly #tell: (attempt: DecoyLoginAttempt) => void;
  readonly #uses = new Map<string, { mac: string | undefined; times: number }>();

  /** @param macOf looks up an address in the neighbour table; it is called only for attempts that are reported */
  constructor(
    credential: Credential,
    ownAddress: string,
    macOf: (address: string) => string | undefined,
    tell: (attempt: DecoyLoginAttempt) => void,
  ) {
    this.#credential = credential;
    this.#ownAddress = ownAddress;
    this.#macOf = macOf;
    this.#tell = tell;
  }

  take(login: Credential, { address, port }: Peer): void {
    const isUser = login.user === this.#credential.user;
    const finding = isUser && login.password === this.#credential.password;
    if (!(finding ? this.#isFirstUse(address) : this.#isTold())) return;
    const mac = this.#macOf(address);
    if (finding) this.#uses.set(address, { mac, times: 1 });
    this.#tell({
      event: "attempt",
      time: new Date().toISOString(),
      finding,
      login: finding ? "decoy" : isUser ? "decoy-user" : "other",
      user: login.user.slice(0, LONGEST_USER),
      address,
      port,
      ...present({ mac }),
      self: address === this.#ownAddress,
    });
  }

  /** Counts a use of the login by a host. Only the first one is reported. */
  #isFirstUse(address: string): boolean {
    const known = this.#uses.get(address);
    if (known) known.times++;
    return !known && this.#uses.size < MOST_USERS;
  }

  #isTold(): boolean {
    this.others++;
    if (this.others <= MOST_TOLD) return true;
    this.untold++;
    return false;
  }

  uses(): DecoyLoginUse[] {
    return Array.from(this.#uses, ([address, { mac, times }]) => ({
      address,
      ...present({ mac }),
      self: address === this.#ownAddress,
      times,
    }));
  }
}
