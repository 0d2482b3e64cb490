import { quantile } from "simple-statistics";

/** Round-trip times in milliseconds: quantiles with linear interpolation, as numpy and R (type 7) have them. */
export interface Distribution {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly largest: number;
}

const WANTED = [0.1, 0.5, 0.9, 0.99, 1];

/** Undefined of nothing. */
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
