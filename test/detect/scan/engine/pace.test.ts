import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FrameAllowance } from "../../../../src/detect/frame-allowance.js";
import { Pace } from "../../../../src/detect/scan/engine/pace.js";

describe("the pace of a scan", () => {
  it("makes up for at most ten milliseconds, however long nothing was sent", async () => {
    const pace = new Pace(1000);
    await sleep(300);
    let atOnce = 0;
    while (pace.next() === undefined) atOnce++;
    // Ten frames are due, and those that became due while they were counted.
    assert.ok(atOnce >= 1 && atOnce < 60, `${atOnce}`);
  });

  it("allows as many frames as the rate, even if the clock jumps", () => {
    const allowance = new FrameAllowance(1000, 0);
    const sent: number[] = [];
    // The clock mostly advances by a millisecond, and sometimes by much more.
    for (let now = 0; now < 10_000; now += now % 97 === 0 ? 40 : 1)
      while (allowance.at(now) >= 1) {
        allowance.use(1);
        sent.push(now);
      }
    for (const [at, time] of sent.entries()) {
      const within = sent.slice(at).filter((other) => other < time + 10).length;
      assert.ok(within <= 20, `${within} in 10 ms from ${time}`);
    }
    assert.ok(sent.length > 6000 && sent.length <= 10_010, `${sent.length}`);
  });

  it("doesn't wait without a rate, but lets other tasks run", () => {
    const pace = new Pace(Number.POSITIVE_INFINITY);
    const waits = Array.from({ length: 64 }, () => pace.next() !== undefined);
    assert.equal(waits.filter(Boolean).length, 2);
  });
});
