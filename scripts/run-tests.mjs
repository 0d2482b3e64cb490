// Runs test files, and says in the end how many tests passed, failed and were skipped, and why each of those was.
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/**
 * Runs groups of test files, one group after the other, and prints what comes of each test, then a line for each one that
 * was skipped, and last the line of the counts.
 * @param folder where the files stand
 * @param groups files that run at the same time, so many of them
 * @returns whether none failed, and some passed
 */
export async function runTests(folder, groups) {
  const result = { passed: 0, failed: 0, skipped: [] };
  for (const { files, concurrency } of groups)
    if (files.length > 0) await runGroup(folder, files, concurrency, result);
  for (const each of result.skipped) console.log(`skipped: ${each}`);
  console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped`);
  return result.failed === 0 && result.passed > 0;
}

async function runGroup(folder, files, concurrency, result) {
  const events = run({ files, concurrency, timeout: 300_000 });
  /** The names of the test that has begun last in each file, and of the suites that it is in, outermost first. */
  const begun = new Map();
  events.on("test:start", ({ file, name, nesting }) => {
    begun.set(file, [...(begun.get(file) ?? []).slice(0, nesting), name]);
  });
  events.on("test:pass", ({ file, name, nesting, details, skip, todo }) => {
    if (skip !== undefined || todo !== undefined) {
      // A suite is skipped as one, because its tests are never asked for.
      const names = [...(begun.get(file) ?? []).slice(0, nesting), name];
      const reason = [skip, todo].find((each) => typeof each === "string") ?? "without a reason";
      const path = relative(folder, file).replace(/\.js$/, ".ts");
      result.skipped.push(`${path}: ${names.join(": ")}: ${reason}`);
    } else if (details.type !== "suite") result.passed++;
  });
  events.on("test:fail", ({ details }) => {
    // A suite fails with its tests, which are counted; but it may also fail by itself, before it has any.
    if (details.type !== "suite" || details.error?.failureType !== "subtestsFailed") result.failed++;
  });
  await new Promise((resolve) => {
    const report = events.compose(new spec());
    report.pipe(process.stdout, { end: false });
    report.on("end", resolve);
  });
}
