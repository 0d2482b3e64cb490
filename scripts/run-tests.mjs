// Runs test files, and says in the end which files took longest, which tests were skipped and why, and how many passed.
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** So many of the slowest files are named. */
const SLOWEST = 10;

/**
 * Runs groups of test files, one group after the other, and prints what comes of each test, then the slowest files, how
 * long it all took, a line for each test that was skipped, and last the line of the counts.
 * @param folder where the files stand
 * @param groups files that run at the same time, so many of them, in the order in which they are to begin
 * @param fetching how many seconds of this process's life went into downloads before
 * @returns whether none failed, and some passed
 */
export async function runTests(folder, groups, fetching = 0) {
  const result = { passed: 0, failed: 0, skipped: [], seconds: new Map() };
  for (const { files, concurrency } of groups)
    if (files.length > 0) await runGroup(folder, files, concurrency, result);
  const slowest = [...result.seconds].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
  for (const [path, seconds] of slowest) console.log(`slowest: ${seconds.toFixed(1).padStart(5)} s  ${path}`);
  const whole = performance.now() / 1000;
  const rest = `${duration(whole - fetching)} without fetching packages and the virtual machine's kernel`;
  console.log(`took: ${duration(whole)}; ${rest}`);
  for (const each of result.skipped) console.log(`skipped: ${each}`);
  console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped`);
  return result.failed === 0 && result.passed > 0;
}

/** Seconds in words: "4 min 32 s". */
function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A test's file, as it is called in the sources. */
const sourceOf = (folder, file) => relative(folder, file).replace(/\.js$/, ".ts");

async function runGroup(folder, files, concurrency, result) {
  const events = run({ files, concurrency, timeout: 300_000 });
  /** The names of the test that has begun last in each file, and of the suites that it is in, outermost first. */
  const begun = new Map();
  events.on("test:start", ({ file, name, nesting }) => {
    begun.set(file, [...(begun.get(file) ?? []).slice(0, nesting), name]);
  });
  events.on("test:complete", ({ file, name, nesting, details }) => {
    // A file is a test of its own, which has the file's name.
    if (nesting === 0 && name === file)
      result.seconds.set(sourceOf(folder, file), details.duration_ms / 1000);
  });
  events.on("test:pass", ({ file, name, nesting, details, skip, todo }) => {
    if (skip !== undefined || todo !== undefined) {
      // A suite is skipped as one, because its tests are never asked for.
      const names = [...(begun.get(file) ?? []).slice(0, nesting), name];
      const reason = [skip, todo].find((each) => typeof each === "string") ?? "without a reason";
      result.skipped.push(`${sourceOf(folder, file)}: ${names.join(": ")}: ${reason}`);
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
