/**
 * Holm's correction for many tests: p values, in the given order, so adjusted that the chance of any false finding among
 * those below a level is at most that level, however the tests hang together (S. Holm, 1979).
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
