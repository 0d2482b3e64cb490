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

/** Which probe was sent to which host and what came of it, in arrays. */
export class Exchange {
  readonly #catalogue: readonly Probe[];
  /** Those of the whole catalogue. */
  readonly probes: readonly ProbeNumber[];
  readonly hosts: HostTable;
  /** By probe and row: how often it was sent, answered, and answered by another machine. */
  readonly #sent: Uint8Array;
  readonly #answered: Uint8Array;
  readonly #another: Uint8Array;
  /** By kind and row: the probe that an answer now would belong to, plus one; and the round in which it was sent. */
  readonly #awaited: Uint8Array;
  readonly #awaitedIn: Uint16Array;
  #round = 0;
  readonly #kindOf: readonly KindNumber[];
  /** By row: when the last probe was sent, and the shortest time that an answer took, in milliseconds. */
  readonly #sentAt: Float64Array;
  readonly #quickest: Float64Array;
  /** Of all answers, smoothed. */
  #mean = 0;
  #deviation = 0;
  /** Answers that are still waited for. */
  outstanding = 0;
  answers = 0;
  /** Called when nothing is outstanding any more. */
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

  /** A probe goes out. From now on an answer of its kind belongs to it. */
  begin(probe: ProbeNumber, row: Row, now: number): void {
    increment(this.#sent, this.#at(probe, row));
    this.#sentAt[row] = now;
    const awaited = this.#awaitedAt(probe, row);
    if (this.#awaited[awaited] === 0 || this.#awaitedIn[awaited] !== this.#round) this.outstanding++;
    this.#awaited[awaited] = probe + 1;
    this.#awaitedIn[awaited] = this.#round;
  }

  /** The probe of a kind that a host's answer now belongs to; {@link NO_PROBE} if none is waited for. */
  awaited(kind: KindNumber, row: Row): ProbeNumber {
    // Of none the array has 0.
    return ((this.#awaited[kind * this.hosts.capacity + row] as number) + NO_PROBE) as ProbeNumber;
  }

  /** Whether a probe was sent in this round, and its answer is still to come. */
  awaits(probe: ProbeNumber, row: Row): boolean {
    const awaited = this.#awaitedAt(probe, row);
    return this.#awaited[awaited] === probe + 1 && this.#awaitedIn[awaited] === this.#round;
  }

  /** A host answers a probe: once each time that it was sent. */
  answer(probe: ProbeNumber, row: Row, now: number): void {
    const at = this.#at(probe, row);
    if ((this.#answered[at] as number) >= (this.#sent[at] as number)) return;
    increment(this.#answered, at);
    this.answers++;
    const took = now - (this.#sentAt[row] as number);
    if (!isShared(this.probe(probe))) this.#noteTime(row, took);
    this.#settle(probe, row);
  }

  /** RFC 6298's way to reckon with round-trip times that vary. */
  #noteTime(row: Row, took: number): void {
    if (took < (this.#quickest[row] as number)) this.#quickest[row] = took;
    this.#deviation += (Math.abs(took - this.#mean) - this.#deviation) / 4;
    this.#mean += (took - this.#mean) / 8;
  }

  /** How long answers take when they take long, in milliseconds. */
  usual(): number {
    return this.#mean + 4 * this.#deviation;
  }

  /**
   * How long the slowest host takes to answer at its best, in milliseconds: one late answer doesn't slow the scan down, a
   * host that is far away does.
   */
  slowest(): number {
    let slowest = 0;
    for (let row = 0; row < this.hosts.count; row++) {
      const quickest = this.#quickest[row] as number;
      if (quickest > slowest && quickest < Number.POSITIVE_INFINITY) slowest = quickest;
    }
    return slowest;
  }

  /** Another machine answers for the host. */
  answerByAnother(probe: ProbeNumber, row: Row): void {
    const at = this.#at(probe, row);
    increment(this.#another, at);
  }

  /** What hasn't been answered by now isn't waited for. A late answer still counts, until its host is asked anew. */
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

/** Up to as far as a byte counts. */
function increment(counts: Uint8Array, at: number): void {
  const count = counts[at] as number;
  if (count < 255) counts[at] = count + 1;
}
