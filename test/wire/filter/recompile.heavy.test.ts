import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type RecompiledKind, recompile, recompiledKinds } from "../../support/filter/recompile.js";

/** As many random expressions of each kind are tried. */
const COUNT = 25;

/** At least as many of a hundred must have an expression. */
const LEAST = 80;

function check(kind: RecompiledKind): void {
  let tried = 0;
  let found = 0;
  for (let seed = 1; tried < COUNT; seed++) {
    const result = recompile(kind, seed);
    if (result.outcome === "invalid") continue;
    tried++;
    if (result.outcome === "equal") found++;
    assert.notEqual(
      result.outcome,
      "different",
      `${seed}: ${result.original} became ${result.expression} ${result.reason}`,
    );
  }
  assert.ok((100 * found) / tried >= LEAST, `${found} of ${tried} have an expression`);
}

describe("a random expression that is compiled, decompiled and compiled again", () => {
  for (const kind of recompiledKinds) it(`accepts the same packets, ${kind.name}`, () => check(kind));
});
