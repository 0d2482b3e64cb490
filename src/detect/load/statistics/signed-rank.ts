export interface SignedRank {
  /** Two-sided and exact: how often differences whose signs fell by chance are this lopsided. */
  readonly p: number;
  /** On which side they are: 1 above zero, -1 below, 0 neither. */
  readonly sign: -1 | 0 | 1;
}

/**
 * Wilcoxon's signed-rank test. Zeros are left out, ties share their mean rank, and the distribution is counted out, which
 * is right with ties too. It assumes no more than that each sign is equally likely to be the other one.
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

/** Twice the ranks of values that are sorted by size: whole numbers, also where ties share a rank. */
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

/** The share of all ways to choose signs in which the positive ranks sum up to `limit` at most. */
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
