import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whenAborted } from "../src/when-aborted.js";

describe("whenAborted", () => {
  it("runs the action when the signal aborts, and at once if it has aborted before", () => {
    const controller = new AbortController();
    let times = 0;
    using _first = whenAborted(controller.signal, () => times++);
    assert.equal(times, 0);
    controller.abort();
    assert.equal(times, 1);
    using _second = whenAborted(controller.signal, () => times++);
    assert.equal(times, 2);
  });

  it("forgets the action when it is disposed of", () => {
    const controller = new AbortController();
    let times = 0;
    whenAborted(controller.signal, () => times++)[Symbol.dispose]();
    controller.abort();
    assert.equal(times, 0);
  });

  it("never runs the action without a signal", () => {
    let times = 0;
    whenAborted(undefined, () => times++)[Symbol.dispose]();
    assert.equal(times, 0);
  });
});
