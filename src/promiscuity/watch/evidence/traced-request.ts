import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { Counter } from "../../holders/accounting.js";
import type { SocketFacts } from "../../holders/holder.js";
import { byInterface, counters, stepOf, type Transition } from "../transition.js";

/**
 * What a system call was seen to ask for that the kernel didn't refuse: to set or clear the administrator's flag, or a
 * socket's membership. It may have changed nothing.
 */
export type TracedRequest = FlagRequest | JoinRequest;

interface RequestBase {
  readonly counter: Counter;
  readonly process: ProcessDetails;
  /** Inode number of the socket's network namespace. */
  readonly netns: number;
  /** The interface, by index or by name: what the call gave. */
  readonly interface: number | string;
}

export interface FlagRequest extends RequestBase {
  readonly sort: "set-flag" | "clear-flag";
}

export interface JoinRequest extends RequestBase {
  readonly sort: "join";
  readonly socket: SocketFacts;
}

/** Requests in their order, of which the first can be had, and the rest as another one of these. */
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

  /** Those in front of it. */
  get taken(): readonly Request[] {
    return this.#requests.slice(0, this.#at);
  }
}

/** The requests about one count of an interface, by what they ask for. */
export interface RequestQueues {
  readonly setFlag: RequestQueue<FlagRequest>;
  readonly clearFlag: RequestQueue<FlagRequest>;
  readonly join: RequestQueue<JoinRequest>;
}

/** Those about one interface, which a call gives by its index or its name. */
export function requestsAbout(
  requests: readonly TracedRequest[],
  index: number,
  name: string,
): TracedRequest[] {
  return requests.filter((each) => each.interface === index || each.interface === name);
}

/** @param requests about one interface */
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

/** Whether a request isn't there that a change of the flag or a new membership must have been made by. */
export function lacksRequests(
  transitions: readonly Transition[],
  requests: readonly TracedRequest[],
): boolean {
  for (const [index, ofLink] of byInterface(transitions)) {
    // What comes with an interface, or with a master, isn't made by these calls.
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
