import assert from "node:assert/strict";
import fc from "fast-check";
import { PromiscError } from "../../../src/errors.js";
import { guarded } from "../../fuzz/guarded.js";

interface Codec<Value> {
  readonly values: fc.Arbitrary<Value>;
  size(value: Value): number;
  /** Returns the offset after what was written, if the codec has one. */
  write(value: Value, into: Uint8Array, offset: number): number | undefined;
  read(bytes: Uint8Array): Value;
}

/** Checks a codec against the type of its value, which the table doesn't keep. */
export function codec<Value>(each: Codec<Value>) {
  return {
    /** Writes and reads values. Guard bytes surround the memory, and two fillings of it show unwritten bytes. */
    survives: () =>
      fc.assert(
        fc.property(each.values, (value) => {
          const size = each.size(value);
          const written = [0xa5, 0x5a].map((filling) => writeGuarded(each, value, size, filling));
          assert.deepEqual(written[0], written[1], "a byte was left unwritten");
          assert.deepEqual(each.read(written[0] as Uint8Array), value);
        }),
        { numRuns: 300 },
      ),

    /** Reads values whose bytes are cut anywhere, which must succeed or report them as malformed. */
    survivesCuts: () =>
      fc.assert(
        fc.property(each.values, (value) => {
          const bytes = new Uint8Array(each.size(value));
          each.write(value, bytes, 0);
          for (let length = 0; length < bytes.length; length++)
            readOrMalformed(each.read, bytes.subarray(0, length));
        }),
        { numRuns: 50 },
      ),
  };
}

function readOrMalformed(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    // A read beyond the end throws another error than malformed.
    read(guarded(bytes));
  } catch (error) {
    assert.ok(error instanceof PromiscError && error.code === "malformed", `throws ${error}`);
  }
}

const GUARD = 16;

function writeGuarded<Value>(each: Codec<Value>, value: Value, size: number, filling: number): Uint8Array {
  const bytes = new Uint8Array(size + 2 * GUARD).fill(filling);
  const end = each.write(value, bytes, GUARD);
  if (end !== undefined) assert.equal(end, GUARD + size);
  const guards = [...bytes.subarray(0, GUARD), ...bytes.subarray(GUARD + size)];
  assert.ok(
    guards.every((byte) => byte === filling),
    "a byte outside was written",
  );
  return bytes.subarray(GUARD, GUARD + size);
}
