import { DisposableList } from "../../../disposable-list.js";
import type { NotLookedAt } from "../../listeners/listener.js";
import type { UnreportedListenersEvent, WatchedListeners } from "../event.js";
import { EventBudget } from "./event-budget.js";
import type { ListenerHost } from "./host.js";
import { Repetition } from "./repetition.js";
import { RuleWatch } from "./rule-watch.js";
import { SocketWatch } from "./socket-watch.js";
import type { TracedListeners } from "./traced-listeners.js";

/** How often sockets are read, and how often programs and rules are, in seconds. */
const SOCKET_INTERVAL = 1;
const RULE_INTERVAL = 10;

/** The most different notices about what can't be examined. */
const MOST_NOTICES = 1000;

export { TracedListeners } from "./traced-listeners.js";

/** The watch, as far as the watch for listeners needs it. */
export interface ListenerWatchHost extends ListenerHost {
  /** Reports an event about namespaces that any user can create, or about the whole machine, with the time. */
  notify(event: Notice): void;
}

/** What is reported besides the listeners. */
export type Notice =
  | Pick<UnreportedListenersEvent, "event" | "listeners">
  | { readonly event: "not-looked-at"; readonly notLookedAt: NotLookedAt };

/**
 * Watches what gets copies of frames: sockets by the trace and once a second, and programs, rules and readers of tap
 * devices every ten seconds.
 */
export class ListenerWatch implements Disposable {
  readonly #host: ListenerWatchHost;
  readonly #traced: TracedListeners;
  readonly #budget = new EventBudget();
  readonly #resources = new DisposableList();
  readonly #noticed = new Set<string>();
  /** What can't be examined when the watch begins; undefined later. */
  #unseen: NotLookedAt[] | undefined = [];
  /** Resolves when everything was examined once, and when the watch ends before: how listeners are found. */
  readonly start: Promise<Omit<WatchedListeners, "isTraced">>;

  /** Begins to examine everything, which goes on in the background. */
  constructor(host: ListenerWatchHost, traced: TracedListeners) {
    this.#host = host;
    this.#traced = this.#resources.add(traced);
    const onUnseen = (unseen: readonly NotLookedAt[]) => this.#noticeUnseen(unseen);
    const sockets = new SocketWatch(host, traced, this.#budget, onUnseen);
    const rules = new RuleWatch(host, this.#budget, onUnseen);
    const socketRounds = this.#resources.add(new Repetition(() => sockets.poll(), SOCKET_INTERVAL * 1000));
    const ruleRounds = this.#resources.add(new Repetition(() => rules.poll(), RULE_INTERVAL * 1000));
    const notices = setInterval(() => this.#noticeUnreported(), 1000);
    this.#resources.add({ [Symbol.dispose]: () => clearInterval(notices) });
    traced.isPrivileged = (netns) => host.isPrivileged(netns);
    this.start = Promise.all([socketRounds.begun, ruleRounds.begun]).then(() => {
      const notLookedAt = this.#unseen ?? [];
      this.#unseen = undefined;
      traced.onSettled = () => sockets.readTraced();
      const count = sockets.count + rules.count;
      return { count, socketInterval: SOCKET_INTERVAL, ruleInterval: RULE_INTERVAL, notLookedAt };
    });
  }

  #noticeUnreported(): void {
    this.#budget.leaveOut(this.#traced.takeLeftOut());
    const listeners = this.#budget.takeLeftOut();
    if (listeners > 0) this.#host.notify({ event: "listeners-unreported", listeners });
  }

  /** Reports what couldn't be examined, once. */
  #noticeUnseen(unseen: readonly NotLookedAt[]): void {
    for (const notLookedAt of unseen) {
      const { what, why, reason } = notLookedAt;
      const key = JSON.stringify([what, why, reason]);
      if (this.#noticed.has(key) || this.#noticed.size >= MOST_NOTICES) continue;
      this.#noticed.add(key);
      if (this.#unseen) this.#unseen.push(notLookedAt);
      else this.#host.notify({ event: "not-looked-at", notLookedAt });
    }
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}
