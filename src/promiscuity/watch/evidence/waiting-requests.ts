import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { TracedRequest } from "./traced-request.js";

/** Where traced requests come from. */
export interface Tracer extends Disposable {
  /** Hands over the requests that were seen until now. */
  drain(): void;
  /** Waits until one is seen that wasn't handed over. @param patience in milliseconds */
  wait(patience: number): void;
  /** How many were seen and had no room. */
  readonly lost: number;
}

/**
 * A request and the change that it makes are heard of within much less than this. One that changed nothing, because it was so
 * already, mustn't be taken for the cause of a later one.
 */
export const LIFETIME_MS = 1000;

interface Heard {
  readonly request: TracedRequest;
  readonly since: number;
}

/** Traced requests that wait for the change that they made. */
export class WaitingRequests {
  /** By the inode number of the network namespace, in their order. */
  readonly #waiting = new Map<number, Heard[]>();

  add(request: TracedRequest): void {
    const heard = { request, since: performance.now() };
    const waiting = this.#waiting.get(request.netns);
    if (waiting) waiting.push(heard);
    else this.#waiting.set(request.netns, [heard]);
  }

  /** The inode numbers of the namespaces that requests wait for. */
  get namespaces(): number[] {
    return [...this.#waiting.keys()];
  }

  /** Those of one namespace, in their order. */
  of(netns: number): TracedRequest[] {
    return (this.#waiting.get(netns) ?? []).map(({ request }) => request);
  }

  /** The process that was seen to add a membership to this socket, if that request still waits. */
  processOf(netns: number, inode: number): ProcessDetails | undefined {
    return this.#waiting
      .get(netns)
      ?.find(({ request }) => request.sort === "join" && request.socket.inode === inode)?.request.process;
  }

  /** Those wait no more. */
  take(netns: number, used: ReadonlySet<TracedRequest>): void {
    const waiting = this.#waiting.get(netns);
    if (!waiting || used.size === 0) return;
    this.#waiting.set(
      netns,
      waiting.filter(({ request }) => !used.has(request)),
    );
  }

  /**
   * Forgets the requests about a namespace that no change came of.
   * @param readAt when all events of the namespace had been read (performance.now())
   */
  expire(netns: number, readAt: number): void {
    const waiting = this.#waiting.get(netns);
    if (!waiting) return;
    const fresh = waiting.findIndex(({ since }) => since >= readAt - LIFETIME_MS);
    if (fresh < 0) this.#waiting.delete(netns);
    else waiting.splice(0, fresh);
  }
}

/** How long a request is waited for whose change has been heard of, and how long at most in a second, in milliseconds. */
const DELAY_MS = 3;
const DELAYS_MS = 50;

/** Bounds how long requests are waited for. */
export class RequestPatience {
  /** Milliseconds, and since when they are counted. */
  #spent = 0;
  #since = Number.NEGATIVE_INFINITY;

  /** Goes on waiting as long as something is missing, and there is patience left. */
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
