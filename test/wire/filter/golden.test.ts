import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { present } from "../../../src/present.js";
import { decompileFilter } from "../../../src/wire/filter/decompile.js";
import { goldenPrograms, readProgram } from "../../support/filter/golden-programs.js";
import { manualExamples } from "../../support/filter/manual-examples.js";
import { compareWithRecompiled, recompile, recompiledKinds } from "../../support/filter/recompile.js";

describe("a filter of a program that machines run anyway", () => {
  for (const golden of goldenPrograms)
    it(`is put into words, and has nothing to point out: ${golden.source}`, () => {
      const program = readProgram(golden.program);
      const { linkType, protocol } = golden;
      const options = { linkType, ...present({ protocol }) };
      const { expression, reason, payloadConstants } = decompileFilter(program, options);
      assert.equal(expression ?? reason, golden.meaning);
      assert.deepEqual(payloadConstants, []);
    });

  it("accepts the same packets when its expression is compiled", () => {
    const kind = recompiledKinds.find((each) => each.linkType === 1);
    assert.ok(kind);
    for (const golden of goldenPrograms.filter(({ linkType }) => linkType === 1))
      assert.equal(
        compareWithRecompiled(kind, golden.source, readProgram(golden.program)).outcome,
        "equal",
        golden.source,
      );
  });
});

describe("the examples of pcap-filter(7)", () => {
  for (const kind of recompiledKinds.filter(({ linkType }) => linkType === 1))
    it(`are compiled, decompiled and compiled again, ${kind.name}`, () => {
      const results = manualExamples.map((example) => recompile(kind, 0, example));
      for (const { outcome, original, expression, reason } of results)
        assert.ok(
          outcome === "equal" || outcome === "none",
          `${original}: ${expression ?? reason} (${outcome})`,
        );
      const without = results.filter(({ outcome }) => outcome === "none");
      assert.ok(without.length <= 0.05 * results.length, without.map(({ original }) => original).join("\n"));
    });
});
