import assert from "node:assert/strict";
import fc from "fast-check";
import { PromiscError } from "../../../src/errors.js";
import { guarded } from "../../fuzz/guarded.js";

interface Codec<Value> {
  readonly values: fc.Arbitrary<Value>;
  size(value: Value): number;
  /** Returns the offset after what was written, if it says. */
  write(value: Value, into: Uint8Array, offset: number): number | undefined;
  read(bytes: Uint8Array): Value;
}

/** Binds the type of one codec's value, which the table then forgets. */
export function codec<Value>(each: Codec<Value>) {
  return {
    /** Guard bytes before and after, and a filling that an unwritten byte would show. */
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

    /** Bytes that end anywhere are read, or malformed. */
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
    // Reads beyond the end throw here what isn't malformed.
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
