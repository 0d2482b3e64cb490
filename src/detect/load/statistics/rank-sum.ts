import { errorFunction, wilcoxonRankSum } from "simple-statistics";

export interface RankSum {
  /** Two-sided: how often two samples of one distribution are ranked at least this unevenly. 1 if one is empty. */
  readonly p: number;
  /**
   * Cliff's delta, -1 to 1: how much oftener a value of the first sample is above one of the second than below it.
   * (delta + 1) / 2 is the probability of superiority.
   */
  readonly delta: number;
}

/** The test of Mann and Whitney (Wilcoxon's rank sum), by the normal approximation with corrections for ties and continuity. */
export function rankSumTest(first: readonly number[], second: readonly number[]): RankSum {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return { p: 1, delta: 0 };
  const above = wilcoxonRankSum([...first], [...second]) - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieSum([...first, ...second]) / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(above - (n * m) / 2) - 0.5);
  // One minus the library's error function is exact to 1e-7 of its value however small that is; its normal table isn't.
  const p = variance > 0 ? 1 - errorFunction(distance / Math.sqrt(2 * variance)) : 1;
  return { p: Math.min(1, p), delta: (2 * above) / (n * m) - 1 };
}

/** The sum of t³ - t over the groups of t equal values. */
function tieSum(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum += count ** 3 - count;
  return sum;
}
