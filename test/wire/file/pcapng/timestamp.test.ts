import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  nanosecondsHigh,
  nanosecondsLow,
  TimestampReader,
} from "../../../../src/wire/file/pcapng/timestamp.js";

const BILLION = 1_000_000_000n;
const u32 = fc.nat(0xffff_ffff);
const time = { seconds: 0, nanoseconds: 0 };

/** Computes the result by the draft's definition, with integers of any size. */
function expected(high: number, low: number, resolution: number): [seconds: number, nanoseconds: number] {
  const unit = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
  const value = (BigInt(high) << 32n) | BigInt(low);
  return [Math.min(Number(value / unit), 8.64e12), Number(((value % unit) * BILLION) / unit)];
}

describe("a pcapng timestamp", () => {
  it("is exact in every unit", () => {
    fc.assert(
      fc.property(u32, u32, fc.nat(0xff), (high, low, resolution) => {
        new TimestampReader(resolution).read(high, low, time);
        assert.deepEqual([time.seconds, time.nanoseconds], expected(high, low, resolution));
      }),
      { numRuns: 5000 },
    );
  });

  it("is in microseconds by default, and the offset is added", () => {
    // The time is 1700000000.123456.
    new TimestampReader(undefined, -1_000_000_000n).read(0x60a24, 0x181e4000 + 123_456, time);
    const [seconds, nanoseconds] = expected(0x60a24, 0x181e4000 + 123_456, 6);
    assert.deepEqual(time, { seconds: seconds - 1_000_000_000, nanoseconds });
  });

  it("never exceeds the range of a Date", () => {
    for (const offset of [2n ** 63n - 1n, -(2n ** 63n)]) {
      new TimestampReader(0, offset).read(0xffff_ffff, 0xffff_ffff, time);
      assert.equal(Math.abs(time.seconds), 8.64e12);
      assert.ok(new Date(time.seconds * 1000).toISOString());
    }
  });

  it("is written exactly in nanoseconds", () => {
    fc.assert(
      fc.property(fc.nat(18_446_744_072), fc.nat(999_999_999), (seconds, nanoseconds) => {
        const value = BigInt(seconds) * BILLION + BigInt(nanoseconds);
        assert.equal(nanosecondsHigh(seconds, nanoseconds), Number(value >> 32n));
        assert.equal(nanosecondsLow(seconds, nanoseconds), Number(value & 0xffff_ffffn));
      }),
      { numRuns: 5000 },
    );
    assert.deepEqual([nanosecondsHigh(-1, 5), nanosecondsLow(-1, 5)], [0, 0]);
  });
});
