import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  distributionOf,
  fisherTest,
  holm,
  rankSumTest,
  signedRankTest,
} from "../../../src/detect/load/statistics.js";

function near(actual: number, expected: number, relative = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= relative * expected, `${actual}, not ${expected}`);
}

const range = (length: number, of: (index: number) => number): number[] =>
  Array.from({ length }, (_, at) => of(at));
// There are few different values, so that ties occur.
const sample = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 });

// The expected values are from scipy 1.17.1: mannwhitneyu(x, y, method="asymptotic", use_continuity=True).
describe("the rank sum test", () => {
  const golden: readonly [string, number[], number[], number, number][] = [
    ["small samples", [19, 22, 16, 29, 24], [20, 11, 17, 12], 0.11134688653314041, 0.7],
    ["ties", [1, 2, 2, 3, 3, 3, 4], [2, 3, 4, 4, 5, 5, 6, 6], 0.025144761173357368, -0.6964285714285714],
    ["equal samples", [1.1, 2.2, 3.3], [1.1, 2.2, 3.3], 1, 0],
  ];
  for (const [name, first, second, p, delta] of golden)
    it(`agrees with scipy on ${name}`, () => {
      const result = rankSumTest(first, second);
      near(result.p, p);
      assert.ok(Math.abs(result.delta - delta) < 1e-12);
    });

  it("has almost no probability for an extreme difference", () => {
    // scipy gives 2.6e-34.
    const result = rankSumTest(
      range(100, (at) => 1000 + at),
      range(100, (at) => at),
    );
    assert.ok(result.p >= 0 && result.p < 1e-15);
    assert.equal(result.delta, 1);
  });

  it("finds no difference between empty or equal samples", () => {
    assert.deepEqual(rankSumTest([], [1, 2]), { p: 1, delta: 0 });
    assert.deepEqual(rankSumTest([1, 2], []), { p: 1, delta: 0 });
    assert.deepEqual(rankSumTest([2, 2, 2], [2, 2]), { p: 1, delta: 0 });
  });

  it("is symmetric, stays between 0 and 1, and depends on the order only", () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const one = rankSumTest(first, second);
        const other = rankSumTest(second, first);
        assert.ok(Math.abs(one.p - other.p) < 1e-12);
        assert.ok(Math.abs(one.delta + other.delta) < 1e-12);
        assert.ok(one.p >= 0 && one.p <= 1 && Math.abs(one.delta) <= 1);
        const grow = (value: number): number => Math.exp(value);
        assert.deepEqual(rankSumTest(first.map(grow), second.map(grow)), one);
        const pairs = first.flatMap((x) => second.map((y): number => Math.sign(x - y)));
        const delta = pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
        assert.ok(Math.abs(one.delta - delta) < 1e-9);
      }),
    );
  });
});

// The expected values are from scipy 1.17.1: fisher_exact([[hits, n - hits], [other, m - other]]).
describe("Fisher's test", () => {
  const golden: readonly [number, number, number, number, number][] = [
    [8, 10, 1, 6, 0.034965034965034975],
    [3, 4, 1, 4, 0.48571428571428565],
    [0, 200, 12, 200, 0.000411983340344963],
    [10, 200, 0, 200, 0.0017405177544899558],
    [200, 200, 0, 200, 1.942643449522235e-119],
    [5, 100, 5, 100, 1],
    [0, 10, 0, 10, 1],
    [10, 10, 7, 7, 1],
    [0, 0, 3, 5, 1],
  ];
  for (const [hits, n, otherHits, m, p] of golden)
    it(`agrees with scipy on ${hits} of ${n} and ${otherHits} of ${m}`, () =>
      near(fisherTest(hits, n, otherHits, m), p));

  it("is symmetric in the groups and in what is a hit", () => {
    const share = fc
      .integer({ min: 0, max: 60 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(share, share, ([a, n], [b, m]) => {
        const p = fisherTest(a, n, b, m);
        near(fisherTest(b, m, a, n), p);
        near(fisherTest(n - a, n, m - b, m), p);
        assert.ok(p > 0 && p <= 1);
      }),
    );
  });
});

// The expected values are from scipy 1.17.1: wilcoxon(d, method="exact"), and with ties from counting all choices of
// signs.
describe("the signed-rank test", () => {
  const golden: readonly [string, number[], number, number][] = [
    ["15 differences", [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75], 0.041259765625, 1],
    ["few", [1, 2, 3, -4, 5, 6, 7, -8], 0.4609375, 1],
    ["ties and zeros", [1, 1, 2, 2, -1, 3, 3, -2, 4, 0, 0], 0.078125, 1],
    ["20 on one side", range(20, (at) => -1 - at), 1.9073486328125e-6, -1],
    ["no difference", [0, 0, 0], 1, 0],
    ["no differences at all", [], 1, 0],
  ];
  for (const [name, differences, p, sign] of golden)
    it(`agrees with scipy on ${name}`, () => {
      const result = signedRankTest(differences);
      near(result.p, p, 1e-12);
      assert.equal(result.sign, sign);
    });

  it("has a probability of 2 in 2^100 for 100 rounds on one side", () => {
    near(signedRankTest(new Array(100).fill(3)).p, 2 ** -99, 1e-9);
  });

  it("changes only its sign when the differences change theirs", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40 }), (differences) => {
        const one = signedRankTest(differences);
        const other = signedRankTest(differences.map((each) => -each));
        near(other.p, one.p, 1e-9);
        assert.equal(one.sign + other.sign, 0);
        assert.ok(one.p > 0 && one.p <= 1);
      }),
    );
  });
});

describe("Holm's correction", () => {
  it("agrees with a worked example", () => {
    // These are 0.005 × 4, 0.01 × 3, 0.03 × 2, and 0.04 × 1, which is less than the one before.
    for (const [index, value] of [0.03, 0.06, 0.06, 0.02].entries())
      near(holm([0.01, 0.04, 0.03, 0.005])[index] as number, value, 1e-12);
  });

  it("accepts one value and none", () => {
    assert.deepEqual(holm([0.04]), [0.04]);
    assert.deepEqual(holm([]), []);
  });

  it("keeps the order, lowers no value, and stays at most 1", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (values) => {
        const adjusted = holm(values);
        for (const [index, value] of values.entries()) {
          const mine = adjusted[index] as number;
          assert.ok(mine >= value && mine <= 1);
          for (const [at, other] of values.entries())
            if (other < value) assert.ok((adjusted[at] as number) <= mine);
        }
      }),
    );
  });
});

describe("a distribution", () => {
  it("has numpy's quantiles", () => {
    const { p10, p50, p90, p99, largest } =
      distributionOf([20, 16, 15, 13, 10, 9, 8, 8, 7, 6, 3]) ?? assert.fail();
    near(p10, 6);
    near(p50, 9);
    near(p90, 16);
    near(p99, 19.6);
    assert.equal(largest, 20);
  });

  it("doesn't change the sample, and doesn't exist for an empty one", () => {
    const times = [3, 1, 2];
    distributionOf(times);
    assert.deepEqual(times, [3, 1, 2]);
    assert.equal(distributionOf([]), undefined);
  });
});
