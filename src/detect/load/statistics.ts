import { errorFunction, gammaln, quantile, wilcoxonRankSum } from "simple-statistics";

/** Round-trip times in milliseconds. The quantiles are interpolated linearly, as in numpy and R (type 7). */
export interface Distribution {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly largest: number;
}

const WANTED = [0.1, 0.5, 0.9, 0.99, 1];

/**
 * Computes the distribution of times.
 * @returns undefined if there are none
 */
export function distributionOf(times: readonly number[]): Distribution | undefined {
  if (times.length === 0) return undefined;
  const [p10, p50, p90, p99, largest] = quantile([...times], WANTED) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { p10, p50, p90, p99, largest };
}

export interface RankSum {
  /**
   * The two-sided p value: how often two samples of one distribution are ranked at least this unevenly. 1 if one sample
   * is empty.
   */
  readonly p: number;
  /**
   * Cliff's delta, from -1 to 1: the probability that a value of the first sample is above one of the second, minus the
   * probability that it is below. (delta + 1) / 2 is the probability of superiority.
   */
  readonly delta: number;
}

/**
 * Runs the test of Mann and Whitney (Wilcoxon's rank sum test), by the normal approximation with corrections for ties
 * and continuity.
 */
export function rankSumTest(first: readonly number[], second: readonly number[]): RankSum {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return { p: 1, delta: 0 };
  const above = wilcoxonRankSum([...first], [...second]) - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieSum([...first, ...second]) / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(above - (n * m) / 2) - 0.5);
  // One minus the library's error function has a relative error of at most 1e-7 even for very small values. Its normal
  // table doesn't.
  const p = variance > 0 ? 1 - errorFunction(distance / Math.sqrt(2 * variance)) : 1;
  return { p: Math.min(1, p), delta: (2 * above) / (n * m) - 1 };
}

/** Returns the sum of t³ - t over all groups of t equal values. */
function tieSum(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum += count ** 3 - count;
  return sum;
}

export interface SignedRank {
  /** The exact two-sided p value: how often differences with random signs are at least this lopsided. */
  readonly p: number;
  /** The side on which the differences are: 1 above zero, -1 below, 0 neither. */
  readonly sign: -1 | 0 | 1;
}

/**
 * Runs Wilcoxon's signed-rank test. Zeros are left out, and ties share their mean rank. The distribution is enumerated,
 * so it is exact with ties too. The test assumes only that each sign is equally likely.
 */
export function signedRankTest(differences: readonly number[]): SignedRank {
  const ranked = differences.filter((each) => each !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const ranks = doubledRanks(ranked);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, index) => sum + ((ranked[index] as number) > 0 ? rank : 0), 0);
  const extreme = Math.min(positive, total - positive);
  const p = 2 * shareUpTo(extreme, ranks, total);
  return { p: Math.min(1, p), sign: Math.sign(2 * positive - total) as SignedRank["sign"] };
}

/**
 * Returns twice the ranks of values that are sorted by size, so that they are whole numbers even if ties share a rank.
 */
function doubledRanks(sorted: readonly number[]): number[] {
  const ranks: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && Math.abs(sorted[end] as number) === Math.abs(sorted[start] as number))
      end++;
    for (let index = start; index < end; index++) ranks.push(start + end + 1);
    start = end;
  }
  return ranks;
}

/** Returns the share of all choices of signs for which the sum of the positive ranks is at most `limit`. */
function shareUpTo(limit: number, ranks: readonly number[], total: number): number {
  const shares = new Float64Array(total + 1);
  shares[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--)
      shares[sum] = ((shares[sum] as number) + (sum >= rank ? (shares[sum - rank] as number) : 0)) / 2;
  }
  return shares.subarray(0, limit + 1).reduce((sum, share) => sum + share, 0);
}

/**
 * Tables as likely as the observed one count as equally extreme, although rounding makes them differ in the last
 * digits.
 */
const ROUNDING = 1 + 1e-7;

/**
 * Runs Fisher's exact test, two-sided: how often `hits` of `n` and `otherHits` of `m` differ at least this much if both
 * have the same share. It adds up the tables that are not more likely than this one.
 */
export function fisherTest(hits: number, n: number, otherHits: number, m: number): number {
  const all = hits + otherHits;
  const base = logChoose(n + m, all);
  const probability = (k: number): number => Math.exp(logChoose(n, k) + logChoose(m, all - k) - base);
  const limit = probability(hits) * ROUNDING;
  let p = 0;
  for (let k = Math.max(0, all - m); k <= Math.min(n, all); k++) {
    const each = probability(k);
    if (each <= limit) p += each;
  }
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}

/**
 * Applies Holm's correction for multiple tests (S. Holm, 1979). Returns the adjusted p values in the given order. The
 * chance that any value below a level is a false finding is at most that level, however the tests depend on each other.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
  const adjusted: number[] = new Array(values.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * (values[index] as number)));
    adjusted[index] = largest;
  }
  return adjusted;
}
