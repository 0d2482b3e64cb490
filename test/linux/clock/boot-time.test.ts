import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type BootClocks, readBootTime } from "../../../src/linux/clock/boot-time.js";
import { formatMicroseconds, realTime } from "../../../src/linux/clock/clock.js";

const BOOTED = Date.parse("2026-01-01T00:00:00Z");
const HOUR = 3_600_000;

/** Clocks that take this many nanoseconds to read, of a machine that was booted at this time. */
function clocks(booted: bigint, costs: number[]): BootClocks {
  let sinceBoot = 5_000_000_000n;
  const read = (): bigint => {
    sinceBoot += BigInt(costs.length > 1 ? (costs.shift() as number) : (costs[0] as number));
    return sinceBoot;
  };
  return { real: () => booted + read(), sinceBoot: read };
}

describe("the time of the boot", () => {
  it("agrees with /proc/stat in whole seconds", () => {
    const seconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1]);
    assert.ok(Math.abs(readBootTime() - seconds * 1000) < 1500);
  });

  it("is the same whenever it is read", () => {
    assert.equal(new Set(Array.from({ length: 1000 }, () => readBootTime())).size, 1);
  });

  it("is the same to a program that waited between the clocks", () => {
    const booted = BigInt(BOOTED) * 1_000_000n + 4_999_000n;
    assert.equal(readBootTime(clocks(booted, [100])), BOOTED);
    assert.equal(readBootTime(clocks(booted, [100, 30_000_000, 30_000_000, 100])), BOOTED);
    assert.equal(readBootTime(clocks(booted, [7_000_000, 100, 9_000_000, 100])), BOOTED);
    assert.equal(readBootTime(clocks(booted + 2000n, [100, 7_000_000, 100])), BOOTED + 10);
  });

  it("ends although the clocks can't decide, and although the clock is set meanwhile", () => {
    assert.ok(Math.abs(readBootTime(clocks(BigInt(BOOTED) * 1_000_000n, [20_000_000])) - BOOTED) <= 20);
    let set = BigInt(BOOTED) * 1_000_000n;
    let now = 0n;
    const real = (): bigint => {
      now += now < 4n * 30_000_000n ? 30_000_000n : 1n;
      if (now === 3n * 30_000_000n) set += BigInt(HOUR) * 1_000_000n;
      return set + now;
    };
    assert.equal(readBootTime({ real, sinceBoot: () => now }), BOOTED + HOUR);
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
