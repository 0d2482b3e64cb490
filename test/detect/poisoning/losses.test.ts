import assert from "node:assert/strict";
import { it } from "node:test";
import { Losses } from "../../../src/detect/poisoning/listener.js";

it("losses are reported at once, then once per second, and the rest at the end", () => {
  const losses = new Losses();
  const told = [
    [0, 0],
    [5, 100],
    [7, 200],
    [9, 1099],
    [9, 1100],
    [9, 5000],
    [10, 5000],
    [12, 5001],
    [12, Number.POSITIVE_INFINITY],
    [12, Number.POSITIVE_INFINITY],
  ].map(([dropped = 0, at = 0]) => losses.take(dropped, at));
  assert.deepEqual(told, [0, 5, 0, 0, 4, 0, 1, 0, 2, 0]);
});
