import type { Distribution } from "./statistics.js";

/** A host to test: its address, and the hardware address that its frames come from. */
export interface LoadTarget {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  /** `02:fc:00:00:00:01` */
  readonly mac: string;
}

/** What was seen of a host under load, or without it. */
export interface LoadSample {
  /** Echo requests that left. */
  readonly sent: number;
  /** … and were not answered within a second. */
  readonly lost: number;
  /** Round-trip times in milliseconds, by the kernel's timestamps; undefined if there was no answer. */
  readonly times: Distribution | undefined;
}

/** The difference between under load and without, in one respect. */
export interface Comparison {
  /**
   * -1 to 1; above zero is slower, later, or more lost under load. Of times it is Cliff's delta; of late and lost ones the
   * difference of their shares, which is the same for what has two values.
   */
  readonly effect: number;
  /** Of all answers at once: of times the rank sum test, of late and lost ones Fisher's. Below 1e-15 it is 0. */
  readonly p: number;
  /** … of the rounds' differences: the signed-rank test. It holds too when answers of one block hang together. */
  readonly pRounds: number;
  /** … of what the rounds' differences have beyond those of the other target whose shift is of middle size; undefined without others. */
  readonly pBeyondOthers: number | undefined;
  /** The largest of them, by Holm's correction for every comparison of every target. */
  readonly pAdjusted: number;
}

/** What is compared: all times; the share of times above nine tenths of all; the share that is lost. */
export type Measure = "times" | "late" | "lost";

/**
 * `different`: under load it answers differently, in every respect that {@link Comparison} tests, and others don't.
 * `same`: no such difference was found, which doesn't prove that there is none. `inconclusive`: it can't be told.
 */
export type LoadVerdict = "different" | "same" | "inconclusive";

export interface LoadTargetResult extends LoadTarget {
  readonly loaded: LoadSample;
  readonly quiet: LoadSample;
  readonly comparisons: Readonly<Record<Measure, Comparison>>;
  readonly verdict: LoadVerdict;
  /** What changed under load; `mixed` if some answers come sooner and others later. */
  readonly direction: "slower" | "faster" | "mixed" | undefined;
  /** The verdict in words for people, with what it does not say. */
  readonly words: string;
}
