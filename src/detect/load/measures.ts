import { median, quantile } from "simple-statistics";
import type { BlockSample } from "./echo-exchange.js";
import type { Measure } from "./result.js";
import { fisherTest, rankSumTest } from "./statistics.js";

/** An answer is late if its time is above this quantile of all times. */
const LATE = 0.9;

/** A block under load and one without load, which follow each other in random order. */
export interface RoundSample {
  readonly loaded: BlockSample;
  readonly quiet: BlockSample;
}

export function emptyRound(): RoundSample {
  return { loaded: { times: [], lost: 0 }, quiet: { times: [], lost: 0 } };
}

/** The values of one measure, with and without load, before they are compared with the other targets. */
export interface MeasureValues {
  readonly effect: number;
  readonly p: number;
  /** The difference in each round, of the medians in milliseconds or of the shares. */
  readonly shifts: readonly number[];
}

/** Computes the three measures of one target. */
export function measure(rounds: readonly RoundSample[]): Record<Measure, MeasureValues> {
  const loaded = rounds.map((round) => round.loaded);
  const quiet = rounds.map((round) => round.quiet);
  const all = [...timesOf(loaded), ...timesOf(quiet)];
  const limit = all.length > 0 ? quantile(all, LATE) : 0;
  return {
    times: compareTimes(rounds, timesOf(loaded), timesOf(quiet)),
    late: compareShares(
      rounds,
      ({ times }) => times.filter((time) => time > limit).length,
      ({ times }) => times.length,
    ),
    lost: compareShares(
      rounds,
      ({ lost }) => lost,
      ({ times, lost }) => times.length + lost,
    ),
  };
}

function timesOf(blocks: readonly BlockSample[]): number[] {
  return blocks.flatMap(({ times }) => times);
}

function compareTimes(
  rounds: readonly RoundSample[],
  loadedTimes: readonly number[],
  quietTimes: readonly number[],
): MeasureValues {
  const { p, delta } = rankSumTest(loadedTimes, quietTimes);
  const shifts = rounds.map(({ loaded, quiet }) =>
    loaded.times.length > 0 && quiet.times.length > 0 ? median(loaded.times) - median(quiet.times) : 0,
  );
  return { effect: delta, p, shifts };
}

function compareShares(
  rounds: readonly RoundSample[],
  hitsOf: (block: BlockSample) => number,
  countOf: (block: BlockSample) => number,
): MeasureValues {
  const sum = (side: "loaded" | "quiet", of: (block: BlockSample) => number): number =>
    rounds.reduce((total, round) => total + of(round[side]), 0);
  const share = (hits: number, count: number): number => (count > 0 ? hits / count : 0);
  const hits = sum("loaded", hitsOf);
  const count = sum("loaded", countOf);
  const otherHits = sum("quiet", hitsOf);
  const otherCount = sum("quiet", countOf);
  const isThere = count > 0 && otherCount > 0;
  return {
    effect: isThere ? share(hits, count) - share(otherHits, otherCount) : 0,
    p: fisherTest(hits, count, otherHits, otherCount),
    shifts: rounds.map(({ loaded, quiet }) =>
      countOf(loaded) > 0 && countOf(quiet) > 0
        ? share(hitsOf(loaded), countOf(loaded)) - share(hitsOf(quiet), countOf(quiet))
        : 0,
    ),
  };
}
