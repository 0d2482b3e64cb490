// Runs test files. In the end it prints which files took longest, which tests were skipped and why, and how many
// passed.
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** How many of the slowest files are listed. */
const SLOWEST = 10;

/**
 * Runs groups of test files, one group after the other. Prints the result of each test, then the slowest files, the
 * duration of the run, one line for each test that was skipped, and finally a line with the counts.
 * @param folder the folder of the files
 * @param groups the files of each group in the order in which they start, and how many of them run at the same time
 * @param fetching how many seconds this process has spent on downloads so far
 * @returns whether no test failed and at least one passed
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

/** Formats seconds as "4 min 32 s". */
function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Returns the path of a test's file in the sources. */
const sourceOf = (folder, file) => relative(folder, file).replace(/\.js$/, ".ts");

async function runGroup(folder, files, concurrency, result) {
  const events = run({ files, concurrency, timeout: 300_000 });
  /** For each file, the names of the test that started last and of the suites that it is in, the outermost first. */
  const begun = new Map();
  events.on("test:start", ({ file, name, nesting }) => {
    begun.set(file, [...(begun.get(file) ?? []).slice(0, nesting), name]);
  });
  events.on("test:complete", ({ file, name, nesting, details }) => {
    // Each file is a test of its own, named after the file.
    if (nesting === 0 && name === file)
      result.seconds.set(sourceOf(folder, file), details.duration_ms / 1000);
  });
  events.on("test:pass", ({ file, name, nesting, details, skip, todo }) => {
    if (skip !== undefined || todo !== undefined) {
      // A suite is skipped as a whole, because its tests never start.
      const names = [...(begun.get(file) ?? []).slice(0, nesting), name];
      const reason = [skip, todo].find((each) => typeof each === "string") ?? "without a reason";
      result.skipped.push(`${sourceOf(folder, file)}: ${names.join(": ")}: ${reason}`);
    } else if (details.type !== "suite") result.passed++;
  });
  events.on("test:fail", ({ details }) => {
    // A suite fails if its tests do, and those are counted already. But it may also fail by itself before any test
    // starts.
    if (details.type !== "suite" || details.error?.failureType !== "subtestsFailed") result.failed++;
  });
  await new Promise((resolve) => {
    const report = events.compose(new spec());
    report.pipe(process.stdout, { end: false });
    report.on("end", resolve);
  });
}
