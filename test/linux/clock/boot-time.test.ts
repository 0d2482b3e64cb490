import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { BootTime } from "../../../src/linux/clock/boot-time.js";
import { formatMicroseconds, realTime } from "../../../src/linux/clock/clock.js";

const BOOTED = Date.parse("2026-01-01T00:00:00Z");
const HOUR = 3_600_000;

describe("the time of the boot", () => {
  it("agrees with /proc/stat in whole seconds", () => {
    const seconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1]);
    assert.ok(Math.abs(new BootTime().milliseconds - seconds * 1000) < 1500);
  });

  it("stays the same although each reading differs a little", () => {
    const readings = [0, 12, -9, 250, 0.5].map((error) => BOOTED + error);
    const bootTime = new BootTime(() => readings.shift() ?? Number.NaN);
    const seen = Array.from({ length: 4 }, () => bootTime.milliseconds);
    assert.deepEqual(new Set(seen), new Set([BOOTED]));
  });

  it("follows when somebody sets the clock, and stays there", () => {
    let now = BOOTED;
    const bootTime = new BootTime(() => now);
    now = BOOTED + HOUR;
    assert.equal(bootTime.milliseconds, BOOTED + HOUR);
    now += 20;
    assert.equal(bootTime.milliseconds, BOOTED + HOUR);
    now = BOOTED;
    assert.equal(bootTime.milliseconds, BOOTED);
  });
});

describe("the clock", () => {
  it("agrees with Date, and has microseconds", () => {
    const before = Date.now();
    const time = realTime() / 1000;
    assert.ok(before <= time && time <= Date.now() + 1);
    assert.equal(formatMicroseconds(BOOTED * 1000 + 1_000_007), "2026-01-01T00:00:01.000007Z");
  });
});
