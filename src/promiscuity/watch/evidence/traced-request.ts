import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { Counter } from "../../holders/accounting.js";
import type { SocketFacts } from "../../holders/holder.js";
import { byInterface, counters, stepOf, type Transition } from "../transition.js";

/**
 * A request seen in a system call that the kernel didn't refuse: to set or clear the administrator's flag, or to add a
 * membership to a socket. It may have changed nothing.
 */
export type TracedRequest = FlagRequest | JoinRequest;

interface RequestBase {
  readonly counter: Counter;
  readonly process: ProcessDetails;
  /** The inode number of the socket's network namespace. */
  readonly netns: number;
  /** The interface's index or name, whichever the call gave. */
  readonly interface: number | string;
}

export interface FlagRequest extends RequestBase {
  readonly sort: "set-flag" | "clear-flag";
}

export interface JoinRequest extends RequestBase {
  readonly sort: "join";
  readonly socket: SocketFacts;
}

/** An immutable queue of requests. `first` is the next request, and `rest` the queue without it. */
export class RequestQueue<Request extends TracedRequest> {
  readonly #requests: readonly Request[];
  readonly #at: number;

  constructor(requests: readonly Request[], at = 0) {
    this.#requests = requests;
    this.#at = at;
  }

  get first(): Request | undefined {
    return this.#requests[this.#at];
  }

  get rest(): RequestQueue<Request> {
    return new RequestQueue(this.#requests, Math.min(this.#at + 1, this.#requests.length));
  }

  get length(): number {
    return this.#requests.length - this.#at;
  }

  /** The requests that were removed from the front. */
  get taken(): readonly Request[] {
    return this.#requests.slice(0, this.#at);
  }
}

/** The requests that concern one count of an interface, by what they ask for. */
export interface RequestQueues {
  readonly setFlag: RequestQueue<FlagRequest>;
  readonly clearFlag: RequestQueue<FlagRequest>;
  readonly join: RequestQueue<JoinRequest>;
}

/** Returns the requests that concern one interface, by its index or its name. */
export function requestsAbout(
  requests: readonly TracedRequest[],
  index: number,
  name: string,
): TracedRequest[] {
  return requests.filter((each) => each.interface === index || each.interface === name);
}

/**
 * Sorts requests by what they ask for.
 * @param requests requests that concern one interface
 */
export function queuesOf(requests: readonly TracedRequest[], counter: Counter): RequestQueues {
  const ofCounter = requests.filter((each) => each.counter === counter);
  const flags = (sort: FlagRequest["sort"]): RequestQueue<FlagRequest> =>
    new RequestQueue(ofCounter.filter((each): each is FlagRequest => each.sort === sort));
  return {
    setFlag: flags("set-flag"),
    clearFlag: flags("clear-flag"),
    join: new RequestQueue(ofCounter.filter((each): each is JoinRequest => each.sort === "join")),
  };
}

/** Returns whether a change of a flag or a new membership is still missing the request that must have caused it. */
export function lacksRequests(
  transitions: readonly Transition[],
  requests: readonly TracedRequest[],
): boolean {
  for (const [index, ofLink] of byInterface(transitions)) {
    // Units that come with an interface, or from its master, aren't caused by these calls.
    const made = ofLink.filter(({ reason, link }) => reason === undefined && link?.master === undefined);
    const about = requestsAbout(requests, index, ofLink[0]?.name ?? "");
    for (const counter of counters) {
      const steps = made.map((transition) => stepOf(transition, counter));
      const count = (of: (step: { units: number; flag: number }) => number): number =>
        steps.reduce((sum, step) => sum + Math.max(0, of(step)), 0);
      const { setFlag, clearFlag, join } = queuesOf(about, counter);
      if (
        count(({ flag }) => flag) > setFlag.length ||
        count(({ flag }) => -flag) > clearFlag.length ||
        count(({ units, flag }) => units - flag) > join.length
      )
        return true;
    }
  }
  return false;
}
