import { findKnownAccount } from "../../../linux/account/find-account.js";
import { findSocketOwners, type SocketOwner } from "../../../linux/process/find-socket-owners.js";
import { type ProcessDetails, readProcess } from "../../../linux/process/process-details.js";

/** The longest time for which the search keeps other events waiting, in milliseconds. */
const SLICE_MS = 1;

/** The pause after a search, as a multiple of its duration. An urgent search doesn't wait for it. */
const PAUSE = 3;

/** The processes that have sockets open, by the sockets' inode numbers. */
export type Owners = ReadonlyMap<number, readonly ProcessDetails[]>;

interface Search {
  /** The processes that are known to have the sockets open. */
  readonly known: Owners;
  /** The other processes that were found so far. */
  readonly found: Map<number, ProcessDetails[]>;
  readonly search: Iterator<readonly SocketOwner[]>;
  /** The time spent on the search so far, in milliseconds. */
  took: number;
}

/**
 * Searches all processes for those that share a socket with a known one. On a machine with many processes this takes
 * long, so it is done in small steps between which other events are handled: a holder that comes meanwhile may exit
 * soon.
 */
export class Sharers implements Disposable {
  readonly #onDone: (found: Owners) => void;
  #asked = new Map<number, readonly ProcessDetails[]>();
  #isUrgent = false;
  #running: Search | undefined;
  #next: NodeJS.Immediate | undefined;
  #pause: NodeJS.Timeout | undefined;
  #begun = 0;
  #done = 0;

  /** @param onDone called after each search with the processes it found besides the known ones; see {@link done} */
  constructor(onDone: (found: Owners) => void) {
    this.#onDone = onDone;
  }

  /**
   * Requests a search for the processes that share sockets.
   * @param known the processes that are known to have each socket open
   * @param isUrgent whether the search begins at once
   */
  find(known: Owners, isUrgent: boolean): void {
    if (known.size === 0) return;
    for (const [inode, processes] of known) this.#asked.set(inode, processes);
    this.#isUrgent ||= isUrgent;
    this.#begin();
  }

  /** The number of the search that covers all requests made so far. */
  get asked(): number {
    return this.#asked.size > 0 ? this.#begun + 1 : this.#begun;
  }

  /** The number of the last search that ended. */
  get done(): number {
    return this.#done;
  }

  #begin(): void {
    if (this.#running || this.#asked.size === 0) return;
    if (this.#pause && !this.#isUrgent) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const known = this.#asked;
    this.#running = { known, found: new Map(), search: findSocketOwners(new Set(known.keys())), took: 0 };
    this.#asked = new Map();
    this.#isUrgent = false;
    this.#begun++;
    this.#next = setImmediate(() => this.#go());
  }

  #go(): void {
    const running = this.#running;
    if (!running) return;
    const start = performance.now();
    let isDone = false;
    while (!isDone && performance.now() < start + SLICE_MS) isDone = this.#step(running);
    running.took += performance.now() - start;
    if (isDone) this.#end(running);
    else this.#next = setImmediate(() => this.#go());
  }

  /** Looks at one more process. Returns whether it was the last. */
  #step({ known, found, search }: Search): boolean {
    const { value, done } = nextOf(search);
    for (const { inode, pid } of value ?? []) {
      const others = found.get(inode) ?? [];
      if ([...(known.get(inode) ?? []), ...others].some((process) => process.pid === pid)) continue;
      found.set(inode, [...others, readProcess(pid, findKnownAccount)]);
    }
    return done === true;
  }

  #end({ found, took }: Search): void {
    this.#running = undefined;
    this.#done = this.#begun;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#begin();
    }, PAUSE * took);
    this.#begin();
    this.#onDone(found);
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#next);
    clearTimeout(this.#pause);
    this.#running = undefined;
  }
}

/**
 * Takes the next step of a search. A search that fails, for example because no file can be opened, is treated as ended.
 */
function nextOf(search: Iterator<readonly SocketOwner[]>): IteratorResult<readonly SocketOwner[], undefined> {
  try {
    return search.next();
  } catch {
    return { done: true, value: undefined };
  }
}
