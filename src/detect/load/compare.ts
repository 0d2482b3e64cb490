import type { BlockSample } from "./echo-exchange.js";
import { type MeasureValues, measure, type RoundSample } from "./measures.js";
import type { Comparison, LoadTarget, LoadTargetResult, Measure } from "./result.js";
import { distributionOf, holm, signedRankTest } from "./statistics.js";
import { judgeLoad } from "./verdict.js";

const measures: readonly Measure[] = ["times", "late", "lost"];

/** A target with the samples of each round. All targets have the same rounds, at the same times. */
export interface MeasuredTarget {
  readonly target: LoadTarget;
  readonly rounds: readonly RoundSample[];
}

/**
 * Compares each target under load with itself without load, and the difference with that of the other targets. A
 * difference that all targets share comes from the network or from this machine.
 */
export function compareTargets(targets: readonly MeasuredTarget[]): LoadTargetResult[] {
  const values = targets.map(({ rounds }) => measure(rounds));
  const tests = values.flatMap((_, index) => measures.map((which) => testOf(values, index, which)));
  const own = holm(tests.map(({ p, pRounds }) => Math.max(p, pRounds)));
  const adjusted = holm(
    tests.map(({ p, pRounds, pBeyondOthers = 0 }) => Math.max(p, pRounds, pBeyondOthers)),
  );
  return targets.map(({ target, rounds }, index) => {
    const at = (which: Measure): number => index * measures.length + measures.indexOf(which);
    const comparison = (which: Measure): Comparison => ({
      ...(tests[at(which)] as Test),
      pAdjusted: adjusted[at(which)] as number,
    });
    const evidence = {
      loaded: describe(rounds.map(({ loaded }) => loaded)),
      quiet: describe(rounds.map(({ quiet }) => quiet)),
      comparisons: { times: comparison("times"), late: comparison("late"), lost: comparison("lost") },
    };
    const pOwn = (which: Measure): number => own[at(which)] as number;
    const context = { rounds: rounds.length, targets: targets.length, pOwn };
    return { ...target, ...evidence, ...judgeLoad(evidence, context) };
  });
}

type Test = Omit<Comparison, "pAdjusted">;

function testOf(all: readonly Record<Measure, MeasureValues>[], index: number, which: Measure): Test {
  const mine = (all[index] as Record<Measure, MeasureValues>)[which];
  const others = all.filter((_, at) => at !== index).map((each) => each[which].shifts);
  const { effect, p, shifts } = mine;
  const direction = Math.sign(effect);
  const typical = typicalShifts(others);
  const beyond = shifts.map((shift, round) => direction * shift - (typical[round] ?? 0));
  return {
    effect,
    p,
    pRounds: pAbove(shifts.map((shift) => direction * shift)),
    pBeyondOthers: others.length > 0 ? pAbove(beyond) : undefined,
  };
}

/**
 * Returns the shifts of the other target whose mean is the median in size (with an even number, the larger of the two
 * in the middle), with the sign that makes their mean positive. The direction is ignored; otherwise one host that is
 * far off would make the rest look as if they were off in the other direction.
 */
function typicalShifts(others: readonly (readonly number[])[]): number[] {
  const turned = others.map((shifts) => {
    const sum = shifts.reduce((total, shift) => total + shift, 0);
    return { size: Math.abs(sum), shifts: shifts.map((shift) => Math.sign(sum) * shift) };
  });
  turned.sort((first, second) => first.size - second.size);
  return turned[Math.floor(turned.length / 2)]?.shifts ?? [];
}

/** A difference that points in the opposite direction of the effect is no evidence for it. */
function pAbove(differences: readonly number[]): number {
  const { p, sign } = signedRankTest(differences);
  return sign > 0 ? p : 1;
}

function describe(blocks: readonly BlockSample[]): LoadTargetResult["loaded"] {
  const times = blocks.flatMap((block) => block.times);
  const lost = blocks.reduce((sum, block) => sum + block.lost, 0);
  return { sent: times.length + lost, lost, times: distributionOf(times) };
}
