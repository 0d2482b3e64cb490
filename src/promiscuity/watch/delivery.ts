import type { Attribution, WatchEvent } from "./event.js";
import { withSharers } from "./evidence/described-sockets.js";
import type { Owners } from "./evidence/sharers.js";

interface Undelivered {
  readonly event: WatchEvent;
  /** The number of the search for sharers that has to be done before: all processes of its sockets are known then. */
  readonly after: number;
}

/** Events on their way out, in their order: each waits for the search that finds who shares its sockets. */
export class Delivery {
  readonly #deliver: (event: WatchEvent) => void;
  #undelivered: Undelivered[] = [];
  /** The number of the last search that has ended. */
  #done = 0;

  constructor(deliver: (event: WatchEvent) => void) {
    this.#deliver = deliver;
  }

  /** @param after the number of the search that it waits for */
  add(event: WatchEvent, after: number): void {
    if (this.#undelivered.length === 0 && after <= this.#done) this.#deliver(event);
    else this.#undelivered.push({ event, after });
  }

  /**
   * A search has ended.
   * @param done its number
   * @param found those who share sockets
   */
  complete(done: number, found: Owners): void {
    this.#done = done;
    const known = this.#undelivered.map(({ event, after }) => ({ event: completed(event, found), after }));
    const waiting = known.findIndex(({ after }) => after > done);
    const end = waiting < 0 ? known.length : waiting;
    this.#undelivered = known.slice(end);
    for (const { event } of known.slice(0, end)) this.#deliver(event);
  }
}

function completed(event: WatchEvent, found: Owners): WatchEvent {
  if (event.event !== "change" || found.size === 0) return event;
  const complete = (attribution: Attribution): Attribution => {
    const { holder } = attribution;
    return holder ? { ...attribution, holder: withSharers(holder, found) } : attribution;
  };
  return { ...event, came: event.came.map(complete), went: event.went.map(complete) };
}

/** Says a number again and again, but not too often: any user may have it change all the time. */
export class Seldom {
  readonly #intervalMs: number;
  #said = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Whether it is to be said now, because it isn't what was said last, and that was long enough ago. It counts as said then. */
  isDue(number: number): boolean {
    const now = performance.now();
    if (number === this.#said || now < this.#saidAt + this.#intervalMs) return false;
    this.#said = number;
    this.#saidAt = now;
    return true;
  }
}
