import type { Distribution } from "./statistics.js";

/** A host to test: its address, and the hardware address that its frames come from. */
export interface LoadTarget {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  /** `02:fc:00:00:00:01` */
  readonly mac: string;
}

/** What was measured of a host under load, or without load. */
export interface LoadSample {
  /** Echo requests that were sent. */
  readonly sent: number;
  /** Echo requests that were not answered within a second. */
  readonly lost: number;
  /** Round-trip times in milliseconds, by the kernel's timestamps; undefined if there was no answer. */
  readonly times: Distribution | undefined;
}

/** The difference that load makes to one measure. */
export interface Comparison {
  /**
   * The size of the effect, from -1 to 1. Above zero, answers are slower, later, or more often lost under load. For
   * times it is Cliff's delta; for late and lost answers it is the difference of their shares, which is the same for
   * data of two values.
   */
  readonly effect: number;
  /**
   * The p value for all answers together: by the rank sum test for times, by Fisher's exact test for late and lost
   * answers. Below 1e-15 it is 0.
   */
  readonly p: number;
  /**
   * The p value for the differences of the rounds, by the signed-rank test. It is also valid if the answers of one
   * block depend on each other.
   */
  readonly pRounds: number;
  /**
   * The p value for the amount by which the differences of the rounds exceed those of another target, the one with the
   * median shift. Undefined if there are no other targets.
   */
  readonly pBeyondOthers: number | undefined;
  /** The largest of these p values, with Holm's correction for all comparisons of all targets. */
  readonly pAdjusted: number;
}

/** What is compared: all times, the share of times in the slowest tenth of all, or the share of lost answers. */
export type Measure = "times" | "late" | "lost";

/**
 * - `different`: the host answers differently under load, by every test of {@link Comparison}, and others don't.
 * - `same`: no such difference was found, which doesn't prove that there is none.
 * - `inconclusive`: the measurements don't allow a conclusion.
 */
export type LoadVerdict = "different" | "same" | "inconclusive";

export interface LoadTargetResult extends LoadTarget {
  readonly loaded: LoadSample;
  readonly quiet: LoadSample;
  readonly comparisons: Readonly<Record<Measure, Comparison>>;
  readonly verdict: LoadVerdict;
  /** What changed under load. `mixed` if some answers come sooner and others later. */
  readonly direction: "slower" | "faster" | "mixed" | undefined;
  /** The verdict in words, including what it does not prove. */
  readonly words: string;
}
