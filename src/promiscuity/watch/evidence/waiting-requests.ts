import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { TracedRequest } from "./traced-request.js";

/** A source of traced requests. */
export interface Tracer extends Disposable {
  /** Delivers the requests that were seen so far. */
  drain(): void;
  /**
   * Waits until a request is seen that wasn't delivered yet.
   * @param patience the longest time to wait, in milliseconds
   */
  wait(patience: number): void;
  /** The number of requests that were dropped because the buffer was full. */
  readonly lost: number;
}

/**
 * How long a request waits for its change, in milliseconds. Both are normally seen within much less time. A request
 * that changed nothing must not be taken for the cause of a later change.
 */
export const LIFETIME_MS = 1000;

interface Heard {
  readonly request: TracedRequest;
  readonly since: number;
}

/** The traced requests for which no change has been seen yet. */
export class WaitingRequests {
  /** The requests in order, by the inode number of their network namespace. */
  readonly #waiting = new Map<number, Heard[]>();

  add(request: TracedRequest): void {
    const heard = { request, since: performance.now() };
    const waiting = this.#waiting.get(request.netns);
    if (waiting) waiting.push(heard);
    else this.#waiting.set(request.netns, [heard]);
  }

  /** The inode numbers of the namespaces for which requests wait. */
  get namespaces(): number[] {
    return [...this.#waiting.keys()];
  }

  /** Returns the requests of one namespace, in order. */
  of(netns: number): TracedRequest[] {
    return (this.#waiting.get(netns) ?? []).map(({ request }) => request);
  }

  /** Returns the process that was seen to add a membership to this socket, if that request still waits. */
  processOf(netns: number, inode: number): ProcessDetails | undefined {
    return this.#waiting
      .get(netns)
      ?.find(({ request }) => request.sort === "join" && request.socket.inode === inode)?.request.process;
  }

  /** Removes the requests whose changes were seen. */
  take(netns: number, used: ReadonlySet<TracedRequest>): void {
    const waiting = this.#waiting.get(netns);
    if (!waiting || used.size === 0) return;
    this.#waiting.set(
      netns,
      waiting.filter(({ request }) => !used.has(request)),
    );
  }

  /**
   * Removes the requests of a namespace that have waited too long for a change.
   * @param readAt when all events of the namespace had been read, by performance.now()
   */
  expire(netns: number, readAt: number): void {
    const waiting = this.#waiting.get(netns);
    if (!waiting) return;
    const fresh = waiting.findIndex(({ since }) => since >= readAt - LIFETIME_MS);
    if (fresh < 0) this.#waiting.delete(netns);
    else waiting.splice(0, fresh);
  }
}

/**
 * How long to wait for the request behind a change that was seen, and how long in total within one second, in
 * milliseconds.
 */
const DELAY_MS = 3;
const DELAYS_MS = 50;

/** Limits how long changes wait for their requests. */
export class RequestPatience {
  /** The time spent waiting in the current second, in milliseconds, and when that second began. */
  #spent = 0;
  #since = Number.NEGATIVE_INFINITY;

  /** Calls `wait` as long as something is missing and the limit isn't reached. */
  spend(isMissing: () => boolean, wait: () => void): void {
    const begin = performance.now();
    if (begin >= this.#since + 1000) {
      this.#since = begin;
      this.#spent = 0;
    }
    const end = begin + Math.min(DELAY_MS, DELAYS_MS - this.#spent);
    while (performance.now() < end && isMissing()) wait();
    this.#spent += performance.now() - begin;
  }
}
