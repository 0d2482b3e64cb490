import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Counter } from "../holders/account.js";
import type { SocketFacts } from "../holders/holder.js";

/** A system call that was seen to ask for a change of promiscuity, and that the kernel didn't refuse. It may have changed nothing. */
export interface TracedCall {
  readonly counter: Counter;
  /** An added membership or a set flag; otherwise one dropped or cleared. */
  readonly on: boolean;
  /** The socket whose membership it is, or null for the administrator's flag. */
  readonly socket: SocketFacts | null;
  readonly process: ProcessDetails;
  /** Inode number of the socket's network namespace. */
  readonly netns: number;
  /** The interface, by index or by name: what the call gave. */
  readonly interface: number | string;
}

/** The traced calls about one interface. */
export interface CallsOnInterface {
  /** Takes out the first that asks for a change of this sort. */
  next(sort: CallSort): TracedCall | undefined;
  /** How many of them there are. */
  count(sort: CallSort): number;
}

interface CallSort {
  readonly counter: Counter;
  /** The administrator's flag, or else a socket's membership. */
  readonly flag: boolean;
  readonly on: boolean;
}

/**
 * A call and the change that it makes are heard of within much less than this. One that changed nothing, because it was so
 * already, mustn't be taken for the cause of a later one.
 */
export const LIFETIME_MS = 1000;

/** Calls that wait for the change that they made. */
export class TracedCalls {
  /** By the inode number of the network namespace, in their order. */
  readonly #calls = new Map<number, { call: TracedCall; since: number }[]>();

  add(call: TracedCall): void {
    const since = performance.now();
    const waiting = this.#calls.get(call.netns);
    if (!waiting) this.#calls.set(call.netns, [{ call, since }]);
    else waiting.push({ call, since });
  }

  /** The inode numbers of the namespaces that calls wait for. */
  get namespaces(): number[] {
    return [...this.#calls.keys()];
  }

  /** The process that was seen to add a membership to this socket, if that call still waits. */
  processOf(netns: number, inode: number): ProcessDetails | undefined {
    return this.#calls.get(netns)?.find(({ call }) => call.socket?.inode === inode)?.call.process;
  }

  /** Those about one interface, which a call names by its index or its name. */
  on(netns: number, index: number, name: string): CallsOnInterface {
    const waiting = this.#calls.get(netns) ?? [];
    const isWanted =
      ({ counter, flag, on }: CallSort) =>
      ({ call }: { readonly call: TracedCall }): boolean =>
        (call.interface === index || call.interface === name) &&
        call.counter === counter &&
        call.on === on &&
        (call.socket === null) === flag;
    return {
      next: (sort) => {
        const at = waiting.findIndex(isWanted(sort));
        return at < 0 ? undefined : waiting.splice(at, 1)[0]?.call;
      },
      count: (sort) => waiting.filter(isWanted(sort)).length,
    };
  }

  /**
   * Forgets the calls about a namespace that no change came of.
   * @param readAt when all events of the namespace had been read (performance.now())
   */
  expire(netns: number, readAt: number): void {
    const waiting = this.#calls.get(netns);
    if (!waiting) return;
    const fresh = waiting.findIndex(({ since }) => since >= readAt - LIFETIME_MS);
    if (fresh < 0) this.#calls.delete(netns);
    else waiting.splice(0, fresh);
  }
}
