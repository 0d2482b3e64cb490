import { findKnownAccount } from "../../../linux/account/find-account.js";
import { findSocketOwners, type SocketOwner } from "../../../linux/process/find-socket-owners.js";
import { type ProcessDetails, readProcess } from "../../../linux/process/process-details.js";

/** So long other events wait for the search at most, in milliseconds. */
const SLICE_MS = 1;

/** So many times as long as a search took passes before the next one that isn't urgent. */
const PAUSE = 3;

/** By a socket's inode number: processes that have it open. */
export type Owners = ReadonlyMap<number, readonly ProcessDetails[]>;

interface Search {
  /** Who is known to have the sockets open. */
  readonly known: Owners;
  /** Who else has, as far as it was looked. */
  readonly found: Map<number, ProcessDetails[]>;
  readonly search: Iterator<readonly SocketOwner[]>;
  /** Milliseconds. */
  took: number;
}

/**
 * Looks through all processes for those that share a socket with one that is known. That takes long where there are many, so
 * it is done piece by piece, and what happens meanwhile is attended to first: who comes then may be gone soon.
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

  /** @param onDone called after each search, with those that it found besides: see {@link done} */
  constructor(onDone: (found: Owners) => void) {
    this.#onDone = onDone;
  }

  /**
   * Has the processes found that share sockets.
   * @param known who is known to have each open
   * @param isUrgent whether the search begins at once
   */
  find(known: Owners, isUrgent: boolean): void {
    if (known.size === 0) return;
    for (const [inode, processes] of known) this.#asked.set(inode, processes);
    this.#isUrgent ||= isUrgent;
    this.#begin();
  }

  /** The number of the search that will have found all that was asked for until now. */
  get asked(): number {
    return this.#asked.size > 0 ? this.#begun + 1 : this.#begun;
  }

  /** The number of the last search that has ended. */
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

  /** Looks at one process more. Returns whether it was the last. */
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

/** A search that fails, because no file can be opened now, is at its end. */
function nextOf(search: Iterator<readonly SocketOwner[]>): IteratorResult<readonly SocketOwner[], undefined> {
  try {
    return search.next();
  } catch {
    return { done: true, value: undefined };
  }
}
