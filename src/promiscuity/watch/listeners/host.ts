import type { ListenerReport } from "../event.js";
import type { WatchedNamespace } from "../watched-namespace.js";

/** The watch, as far as looking for listeners needs it. */
export interface ListenerHost {
  /** The watched network namespaces, the caller's own first. */
  readonly namespaces: readonly WatchedNamespace[];
  /**
   * Runs an action for a watched namespace. The time spent on namespaces that any user can create is limited.
   * @returns what the action returned; undefined if the namespace can't be examined now
   */
  examine<Result>(
    watched: WatchedNamespace,
    action: (watched: WatchedNamespace) => Result,
  ): Result | undefined;
  /** Returns whether only root could create a network namespace; false if it isn't watched. */
  isPrivileged(inode: number): boolean;
  /** Reports an event, with the time. */
  report(event: ListenerReport): void;
}
