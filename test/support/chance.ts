/** So many times in a row a verdict that is wrong by chance in one run of a hundred is wrong in one of a million. */
const ATTEMPTS = 3;

/**
 * Runs a live test of statistics, which chance and other work on the machine may mislead, and runs it again if it comes to
 * an unexpected result, {@link ATTEMPTS} times in all. What isn't a matter of chance is to be asserted in the run itself;
 * how chance is dealt with, by tests of fixed samples.
 * @returns the last run's result, to be asserted
 */
export async function despiteChance<Result>(
  run: () => Promise<Result>,
  isExpected: (result: Result) => boolean,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await run();
    if (attempt === ATTEMPTS || isExpected(result)) return result;
  }
}
