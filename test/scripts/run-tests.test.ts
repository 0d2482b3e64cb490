import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { spawnSync } from "../support/process/child-process.js";

/** This file is in build/test/scripts when it runs. */
const module = JSON.stringify(new URL("../../../scripts/run-tests.mjs", import.meta.url));

describe("the summary of a test run", () => {
  const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
  after(() => rmSync(folder, { recursive: true }));

  const fileOf = (name: string, test: string): string => {
    const file = join(folder, `${name}.test.js`);
    writeFileSync(
      file,
      `const { describe, it, test } = require("node:test"); const assert = require("node:assert");\n${test}`,
    );
    return file;
  };

  /** Runs test files, and returns the exit status and all printed lines. */
  function run(files: string[], fetching = 0): { status: number | null; lines: string[] } {
    // The code has to be in a file, because Node.js starts the test files with the options of this process.
    const runner = join(folder, "runner.mjs");
    const groups = JSON.stringify([{ files, concurrency: 1 }]);
    writeFileSync(
      runner,
      `import { runTests } from ${module};
      process.exitCode = (await runTests(${JSON.stringify(folder)}, ${groups}, ${fetching})) ? 0 : 1;`,
    );
    // Within a test, Node.js doesn't run other tests.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, [runner], { encoding: "utf8", env });
    return { status, lines: stdout.trimEnd().split("\n") };
  }

  function summaryOf(test: string): { status: number | null; lines: string[] } {
    const { status, lines } = run([fileOf("some", test)]);
    return {
      status,
      lines: lines.filter((line, at) => line.startsWith("skipped:") || at > lines.length - 2),
    };
  }

  it("names the ten slowest files, the slowest first, and the total time, with downloads and without", () => {
    const files = Array.from({ length: 11 }, (_, at) => fileOf(`file${at}`, 'it("passes", () => {});'));
    // This pretends that everything began ten minutes earlier.
    const { lines } = run(files, -600);
    const first = lines.findIndex((line) => line.startsWith("slowest:"));
    const slowest = lines.slice(first, first + 10).map((line) => {
      const [, seconds, name] = /^slowest: +(\d+\.\d) s {2}(file\d+\.test\.ts)$/.exec(line) ?? [];
      return { seconds: Number(seconds), name };
    });
    assert.deepEqual(
      slowest,
      [...slowest].sort((one, other) => other.seconds - one.seconds),
    );
    assert.equal(new Set(slowest.map(({ name }) => name)).size, 10);
    const took =
      /^took: (?:(\d+) min )?(\d+) s; (\d+) min (\d+) s without fetching packages and the virtual machine's kernel$/;
    const [, minutes = "0", seconds, fewerMinutes, fewerSeconds] = took.exec(lines[first + 10] ?? "") ?? [];
    assert.ok(Number(minutes) * 60 + Number(seconds) >= 1, lines[first + 10]);
    assert.deepEqual([Number(minutes) + 10, seconds], [Number(fewerMinutes), fewerSeconds]);
  });

  it("lists each test and suite that is skipped, with its reason, and ends with the counts", () => {
    const { status, lines } = summaryOf(`
      describe("a suite", () => {
        it("passes", () => {});
        describe("inside", () => {
          it("is left out", { skip: "needs python3" }, () => {});
          it("leaves itself out", (t) => t.skip("this kernel has none"));
        });
        it("is left out at the end", { skip: true }, () => {});
      });
      describe("a whole suite", { skip: "needs root" }, () => { it("one", () => {}); it("two", () => {}); });
      it("is to do", { todo: "later" }, () => {});`);
    assert.deepEqual(lines, [
      "skipped: some.test.ts: a suite: inside: is left out: needs python3",
      "skipped: some.test.ts: a suite: inside: leaves itself out: this kernel has none",
      "skipped: some.test.ts: a suite: is left out at the end: without a reason",
      "skipped: some.test.ts: a whole suite: needs root",
      "skipped: some.test.ts: is to do: later",
      "1 passed, 0 failed, 5 skipped",
    ]);
    assert.equal(status, 0);
  });

  it("counts a failing test, a suite that fails before it has tests, and a file that fails", () => {
    const { status, lines } = summaryOf(`
      describe("a suite", () => { it("fails", () => assert.fail()); it("passes", () => {}); });
      describe("another", () => { throw new Error("in the suite"); });`);
    assert.deepEqual([status, lines], [1, ["1 passed, 2 failed, 0 skipped"]]);
    assert.equal(summaryOf("throw new Error('in the file');").lines.at(-1), "0 passed, 1 failed, 0 skipped");
  });

  it("isn't a success if no test passes", () => {
    assert.equal(summaryOf('it("is left out", { skip: "needs root" }, () => {});').status, 1);
  });
});
