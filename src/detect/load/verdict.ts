import type { LoadTargetResult, Measure } from "./result.js";

/** The chance that any host of a test is wrongly called different is at most this. */
const LEVEL = 0.01;
/** The fewest answers without load that allow a conclusion. */
const FEWEST_ANSWERS = 30;
/**
 * How large a difference must be, however significant it is. For times, this is Cliff's delta from which an effect is
 * called medium (Romano et al., 2006). For late and lost answers, it is the difference of their shares.
 */
const SMALLEST_EFFECT: Readonly<Record<Measure, number>> = { times: 0.33, late: 0.15, lost: 0.05 };

type Compared = Pick<LoadTargetResult, "loaded" | "quiet" | "comparisons">;
type LoadJudgement = Pick<LoadTargetResult, "verdict" | "direction" | "words">;
type Direction = NonNullable<LoadTargetResult["direction"]>;

interface LoadContext {
  readonly rounds: number;
  readonly targets: number;
  /** The p value, corrected for all comparisons, without the comparison with the other targets. */
  readonly pOwn: (measure: Measure) => number;
}

/** Returns the smallest p value that this number of rounds can give, corrected for this number of targets. */
function smallestP({ rounds, targets }: LoadContext): number {
  return 2 ** (1 - rounds) * targets * 3;
}

export function judgeLoad({ loaded, quiet, comparisons }: Compared, context: LoadContext): LoadJudgement {
  const unclear = (words: string, direction?: Direction): LoadJudgement => ({
    verdict: "inconclusive",
    direction,
    words: `inconclusive: ${words}`,
  });
  const answers = quiet.sent - quiet.lost;
  if (answers === 0) return unclear("it answered no echo request without load");
  if (answers < FEWEST_ANSWERS || loaded.sent < FEWEST_ANSWERS)
    return unclear(
      `too few answers to compare: ${answers} without load, ${loaded.sent - loaded.lost} under it; at least ${FEWEST_ANSWERS} are needed`,
    );
  if (smallestP(context) > LEVEL)
    return unclear(`too few rounds to tell a difference from chance: ${context.rounds}`);

  const large = (Object.keys(comparisons) as Measure[]).filter(
    (which) => Math.abs(comparisons[which].effect) >= SMALLEST_EFFECT[which],
  );
  const own = large.filter((which) => context.pOwn(which) <= LEVEL);
  const direction = directionOf(own.map((which) => comparisons[which].effect));
  const beyond = own.filter((which) => comparisons[which].pAdjusted <= LEVEL);
  if (own.length > 0 && context.targets === 1)
    return unclear(
      `${changed[direction]}, but there is no other target to compare it with: it may be the network or this machine`,
      direction,
    );
  if (beyond.length > 0) {
    const found = directionOf(beyond.map((which) => comparisons[which].effect));
    return {
      verdict: "different",
      direction: found,
      words: `different: ${changed[found]}, and the other targets don't share that. ${MEANING}`,
    };
  }
  if (own.length > 0)
    return unclear(
      `${changed[direction]}, but no more than the other targets: it is the network, this machine, or most of the hosts`,
      direction,
    );
  if (large.some((which) => comparisons[which].p <= LEVEL))
    return unclear("a difference that is not steady enough to tell from chance; more rounds may tell");
  return { verdict: "same", direction: undefined, words: `same: ${NOTHING}` };
}

const MEANING =
  "It handles frames that aren't for it (promiscuous mode, or a card without a filter), or it is a weak or shared machine that other traffic slows. This is no proof of either.";
const NOTHING =
  "no difference that is large and steady enough under load. A fast host in promiscuous mode may look like this, and so does every host that the load doesn't reach.";

const changed: Readonly<Record<Direction, string>> = {
  slower: "it answers later or less often under load",
  faster: "it answers sooner under load",
  mixed: "under load some answers come sooner, and others later or not at all",
};

function directionOf(effects: readonly number[]): Direction {
  if (effects.every((effect) => effect > 0)) return "slower";
  return effects.every((effect) => effect < 0) ? "faster" : "mixed";
}
