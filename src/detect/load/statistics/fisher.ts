import { gammaln } from "simple-statistics";

/** Tables as likely as the one observed are as extreme, though rounding makes them differ in the last digits. */
const ROUNDING = 1 + 1e-7;

/**
 * Fisher's exact test, two-sided: how often `hits` of `n` and `otherHits` of `m` differ at least this much if both have the
 * same share. It sums the tables that are no likelier than this one.
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
