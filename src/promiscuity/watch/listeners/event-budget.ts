/** How many events about namespaces that any user can create are reported in one second. */
const MOST = 100;

/**
 * Limits how many events are reported about network namespaces that any user can create, because a user can open
 * sockets there as fast as a processor can.
 */
export class EventBudget {
  #since = Number.NEGATIVE_INFINITY;
  #spent = 0;
  #left = 0;

  /** Returns whether one more event may be reported. Otherwise it is counted. */
  take(): boolean {
    const now = performance.now();
    if (now >= this.#since + 1000) {
      this.#since = now;
      this.#spent = 0;
    }
    if (this.#spent >= MOST) {
      this.#left++;
      return false;
    }
    this.#spent++;
    return true;
  }

  /** Counts events that are not reported. */
  leaveOut(events: number): void {
    this.#left += events;
  }

  /** Returns how many events were not reported since the last call. */
  takeLeftOut(): number {
    const left = this.#left;
    this.#left = 0;
    return left;
  }
}
