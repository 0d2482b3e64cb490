import type { Attribution, ReportedEvent } from "./event.js";
import { withSharers } from "./evidence/described-sockets.js";
import type { Owners } from "./evidence/sharers.js";

interface Undelivered {
  readonly event: ReportedEvent;
  /**
   * The number of the search for sharers that must have ended first, because it finds all processes of the event's
   * sockets.
   */
  readonly after: number;
}

/** Delivers events in order. Each event waits for the search that finds all processes that share its sockets. */
export class Delivery {
  readonly #deliver: (event: ReportedEvent) => void;
  #undelivered: Undelivered[] = [];
  /** The number of the last search that ended. */
  #done = 0;

  constructor(deliver: (event: ReportedEvent) => void) {
    this.#deliver = deliver;
  }

  /** @param after the number of the search that the event waits for */
  add(event: ReportedEvent, after: number): void {
    if (this.#undelivered.length === 0 && after <= this.#done) this.#deliver(event);
    else this.#undelivered.push({ event, after });
  }

  /**
   * Delivers the events that waited for a search, which has now ended.
   * @param done the search's number
   * @param found the processes that share sockets
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

function completed(event: ReportedEvent, found: Owners): ReportedEvent {
  if (event.event !== "change" || found.size === 0) return event;
  const complete = (attribution: Attribution): Attribution => {
    const { holder } = attribution;
    return holder ? { ...attribution, holder: withSharers(holder, found) } : attribution;
  };
  return { ...event, came: event.came.map(complete), went: event.went.map(complete) };
}

/** Limits how often a number is reported, because any user may be able to change it all the time. */
export class Seldom {
  readonly #intervalMs: number;
  #reported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /**
   * Returns whether the number should be reported now: it differs from the last one reported, and that was long enough
   * ago. If so, it counts as reported.
   */
  isDue(number: number): boolean {
    const now = performance.now();
    if (number === this.#reported || now < this.#reportedAt + this.#intervalMs) return false;
    this.#reported = number;
    this.#reportedAt = now;
    return true;
  }
}
