import type { DecoyLoginAttempt, DecoyLoginUse } from "./event.js";
import type { Credential } from "./protocol.js";
import type { Peer } from "./server.js";

/** So many tries with other logins are told of one by one, and so many hosts that used the invented one are kept. */
const MOST_TOLD = 200;
const MOST_USERS = 1024;
const LONGEST_USER = 64;

/** Judges tries to log in. */
export class Attempts {
  /** Tries with other logins, and those of them that weren't told of. */
  others = 0;
  untold = 0;
  readonly #credential: Credential;
  readonly #ownAddress: string;
  readonly #macOf: (address: string) => string | null;
  readonly #tell: (attempt: DecoyLoginAttempt) => void;
  readonly #uses = new Map<string, { mac: string | null; times: number }>();

  /** @param macOf looks an address up in the neighbour table; it is asked only for what is told of */
  constructor(
    credential: Credential,
    ownAddress: string,
    macOf: (address: string) => string | null,
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
      mac,
      self: address === this.#ownAddress,
    });
  }

  /** A host that uses the login again is counted, and not told of again. */
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
      mac,
      self: address === this.#ownAddress,
      times,
    }));
  }
}
