import type { ProcessDetails } from "../../linux/process-details.js";
import type { Counter } from "../holders/account.js";
import type { SocketFacts } from "../holders/holder.js";

/** A system call that was seen to ask for a change of promiscuity. It may have been refused. */
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
  next(sort: { counter: Counter; flag: boolean; on: boolean }): TracedCall | undefined;
}

/** A call comes before the change that it makes; one that was refused never has one, and mustn't be taken for a later one's. */
const LIFETIME_MS = 1000;

const MANY = 10_000;

/** Calls that wait for the change that they made. */
export class TracedCalls {
  #calls: { call: TracedCall; since: number }[] = [];

  add(call: TracedCall): void {
    // Calls that change nothing must not pile up where nothing changes.
    if (this.#calls.length >= MANY) this.expire();
    this.#calls.push({ call, since: performance.now() });
  }

  /** The process that was seen to add a membership to this socket, if that call still waits. */
  processOf(inode: number): ProcessDetails | undefined {
    return this.#calls.find(({ call }) => call.on && call.socket?.inode === inode)?.call.process;
  }

  /** Those about one interface, which a call names by its index or its name. */
  on(netns: number, index: number, name: string): CallsOnInterface {
    return {
      next: ({ counter, flag, on }) => {
        const at = this.#calls.findIndex(
          ({ call }) =>
            call.netns === netns &&
            (call.interface === index || call.interface === name) &&
            call.counter === counter &&
            call.on === on &&
            (call.socket === null) === flag,
        );
        return at < 0 ? undefined : this.#calls.splice(at, 1)[0]?.call;
      },
    };
  }

  /** Forgets the calls that no change came of. */
  expire(): void {
    const oldest = performance.now() - LIFETIME_MS;
    const fresh = this.#calls.findIndex(({ since }) => since >= oldest);
    if (fresh !== 0) this.#calls = fresh < 0 ? [] : this.#calls.slice(fresh);
  }
}
