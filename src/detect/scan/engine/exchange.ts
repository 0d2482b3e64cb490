import {
  isShared,
  type KindNumber,
  kindNumber,
  NO_PROBE,
  type Probe,
  type ProbeNumber,
  probeKinds,
} from "../probe/probe.js";
import type { HostTable, Row } from "./host-table.js";

/** Records which probes were sent to which host, and their answers, in arrays. */
export class Exchange {
  readonly #catalogue: readonly Probe[];
  /** The numbers of all probes in the catalogue. */
  readonly probes: readonly ProbeNumber[];
  readonly hosts: HostTable;
  /** By probe and row: how often the probe was sent, answered, and answered by another machine. */
  readonly #sent: Uint8Array;
  readonly #answered: Uint8Array;
  readonly #another: Uint8Array;
  /** By kind and row: the probe that an answer would belong to now, plus one, and the round in which it was sent. */
  readonly #awaited: Uint8Array;
  readonly #awaitedIn: Uint16Array;
  #round = 0;
  readonly #kindOf: readonly KindNumber[];
  /** By row: when the last probe was sent, and the shortest response time, in milliseconds. */
  readonly #sentAt: Float64Array;
  readonly #quickest: Float64Array;
  /** The smoothed mean of all response times. */
  #mean = 0;
  #deviation = 0;
  /** The number of answers that are still expected. */
  outstanding = 0;
  answers = 0;
  /** Called when no more answers are expected. */
  onQuiet: (() => void) | undefined;

  constructor(catalogue: readonly Probe[], hosts: HostTable) {
    this.#catalogue = catalogue;
    this.probes = catalogue.map((_, number) => number as ProbeNumber);
    this.hosts = hosts;
    const size = catalogue.length * hosts.capacity;
    this.#sent = new Uint8Array(size);
    this.#answered = new Uint8Array(size);
    this.#another = new Uint8Array(size);
    this.#awaited = new Uint8Array(probeKinds.length * hosts.capacity);
    this.#awaitedIn = new Uint16Array(probeKinds.length * hosts.capacity);
    this.#kindOf = catalogue.map(({ kind }) => kindNumber(kind));
    this.#sentAt = new Float64Array(hosts.capacity);
    this.#quickest = new Float64Array(hosts.capacity).fill(Number.POSITIVE_INFINITY);
  }

  probe(number: ProbeNumber): Probe {
    return this.#catalogue[number] as Probe;
  }

  sent(probe: ProbeNumber, row: Row): number {
    return this.#sent[this.#at(probe, row)] as number;
  }

  answered(probe: ProbeNumber, row: Row): number {
    return this.#answered[this.#at(probe, row)] as number;
  }

  another(probe: ProbeNumber, row: Row): number {
    return this.#another[this.#at(probe, row)] as number;
  }

  /** Records that a probe is sent. From now on an answer of its kind belongs to it. */
  begin(probe: ProbeNumber, row: Row, now: number): void {
    increment(this.#sent, this.#at(probe, row));
    this.#sentAt[row] = now;
    const awaited = this.#awaitedAt(probe, row);
    if (this.#awaited[awaited] === 0 || this.#awaitedIn[awaited] !== this.#round) this.outstanding++;
    this.#awaited[awaited] = probe + 1;
    this.#awaitedIn[awaited] = this.#round;
  }

  /** Returns the probe of a kind that an answer of the host belongs to now, or {@link NO_PROBE} if none is expected. */
  awaited(kind: KindNumber, row: Row): ProbeNumber {
    // The array has 0 for no probe.
    return ((this.#awaited[kind * this.hosts.capacity + row] as number) + NO_PROBE) as ProbeNumber;
  }

  /** Reports whether a probe was sent in this round and its answer is still expected. */
  awaits(probe: ProbeNumber, row: Row): boolean {
    const awaited = this.#awaitedAt(probe, row);
    return this.#awaited[awaited] === probe + 1 && this.#awaitedIn[awaited] === this.#round;
  }

  /** Records that a host answered a probe. Each sending counts at most one answer. */
  answer(probe: ProbeNumber, row: Row, now: number): void {
    const at = this.#at(probe, row);
    if ((this.#answered[at] as number) >= (this.#sent[at] as number)) return;
    increment(this.#answered, at);
    this.answers++;
    const took = now - (this.#sentAt[row] as number);
    if (!isShared(this.probe(probe))) this.#noteTime(row, took);
    this.#settle(probe, row);
  }

  /** Estimates varying round-trip times as RFC 6298 does. */
  #noteTime(row: Row, took: number): void {
    if (took < (this.#quickest[row] as number)) this.#quickest[row] = took;
    this.#deviation += (Math.abs(took - this.#mean) - this.#deviation) / 4;
    this.#mean += (took - this.#mean) / 8;
  }

  /** Returns a long but usual response time, in milliseconds. */
  usual(): number {
    return this.#mean + 4 * this.#deviation;
  }

  /**
   * Returns the shortest response time of the slowest host, in milliseconds. A single late answer therefore doesn't
   * slow the scan down, but a distant host does.
   */
  slowest(): number {
    let slowest = 0;
    for (let row = 0; row < this.hosts.count; row++) {
      const quickest = this.#quickest[row] as number;
      if (quickest > slowest && quickest < Number.POSITIVE_INFINITY) slowest = quickest;
    }
    return slowest;
  }

  /** Records that another machine answered for the host. */
  answerByAnother(probe: ProbeNumber, row: Row): void {
    const at = this.#at(probe, row);
    increment(this.#another, at);
  }

  /** Stops waiting for the answers of this round. A late answer still counts until its host is asked again. */
  endRound(): void {
    this.outstanding = 0;
    this.#round = (this.#round + 1) & 0xffff;
  }

  #settle(probe: ProbeNumber, row: Row): void {
    const awaited = this.#awaitedAt(probe, row);
    if (this.#awaited[awaited] !== probe + 1) return;
    this.#awaited[awaited] = 0;
    if (this.#awaitedIn[awaited] === this.#round && --this.outstanding === 0) this.onQuiet?.();
  }

  #at(probe: ProbeNumber, row: Row): number {
    return probe * this.hosts.capacity + row;
  }

  #awaitedAt(probe: ProbeNumber, row: Row): number {
    return (this.#kindOf[probe] as number) * this.hosts.capacity + row;
  }
}

/** Increments a count up to the largest value of a byte. */
function increment(counts: Uint8Array, at: number): void {
  const count = counts[at] as number;
  if (count < 255) counts[at] = count + 1;
}
