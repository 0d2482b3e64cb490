import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { differences, inPromiscsWords } from "../support/capture/tcpdump-differences.js";
import {
  type Lines,
  linesOfPromisc,
  linesOfTcpdump,
  nameOf,
  type Printing,
  printings,
  readKept,
  tcpdumpVersion,
} from "../support/capture/tcpdump-lines.js";
import { noTcpdump } from "../support/process/holding-processes.js";

const kept = readKept();

const printed = new Map<Printing, Lines>();
function ours(printing: Printing): Lines {
  const lines = printed.get(printing) ?? linesOfPromisc(printing);
  printed.set(printing, lines);
  return lines;
}

/** Asserts that both printed the same number of packets with the same lines. Only the first differences are shown. */
function assertSameLines(found: Lines, expected: Lines): void {
  const differing = expected.flatMap((lines, at) => (lines === found[at] ? [] : [at]));
  const shown = (all: Lines) => differing.slice(0, 5).map((at) => [at, all[at]]);
  assert.deepEqual(shown(found), shown(expected), `${differing.length} packets differ`);
  assert.equal(found.length, expected.length);
}

describe(`printed lines, compared with those of tcpdump ${kept.version} that are kept in a file`, () => {
  for (const printing of printings.filter(({ isKept }) => isKept))
    it(nameOf(printing), () => {
      const theirs = kept.lines.get(nameOf(printing)) ?? [];
      assertSameLines(ours(printing), inPromiscsWords(theirs, printing));
    });

  it("has no other lines in the file", () =>
    assert.deepEqual(
      [...kept.lines.keys()].sort(),
      printings
        .filter(({ isKept }) => isKept)
        .map(nameOf)
        .sort(),
    ));
});

/**
 * Returns why the installed tcpdump can't be compared with promisc, or false. Each version prints some things
 * differently.
 */
function isNotTheOneKept(): string | false {
  const here = tcpdumpVersion();
  return here !== kept.version && `needs tcpdump ${kept.version}, whose lines are kept: here is ${here}`;
}

describe(`printed lines, compared with those of the installed tcpdump ${kept.version}`, {
  skip: noTcpdump || isNotTheOneKept(),
}, () => {
  for (const printing of printings)
    it(nameOf(printing), () => {
      const theirs = linesOfTcpdump(printing);
      if (printing.isKept) assertSameLines(kept.lines.get(nameOf(printing)) ?? [], theirs);
      assertSameLines(ours(printing), inPromiscsWords(theirs, printing));
    });
});

describe("each difference from tcpdump's lines", () => {
  const docs = readFileSync(new URL("../../../docs/capture-lines.md", import.meta.url), "utf8");
  for (const row of new Set(differences.map((difference) => difference.row)))
    it(`is documented in docs/capture-lines.md: ${row}`, () =>
      assert.equal(docs.split(`\n| ${row} | `).length, 2, "one row begins so"));

  it("is used by some printing", () => {
    for (const { capture, options } of differences)
      for (const option of options)
        assert.equal(
          printings.filter((each) => each.capture === capture && each.options === option).length,
          1,
        );
  });
});
