/**
 * The number of attempts. A verdict that is wrong by chance in one run of a hundred is wrong this many times in a row
 * in one of a million.
 */
const ATTEMPTS = 3;

/**
 * Runs a live statistical test, which chance and other work on the machine may disturb. Repeats it after an unexpected
 * result, up to {@link ATTEMPTS} times in all. The run itself should assert what doesn't depend on chance. Tests of
 * fixed samples check how the program deals with chance.
 * @returns the last run's result, for the caller to assert
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
