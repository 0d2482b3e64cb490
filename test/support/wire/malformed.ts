import assert from "node:assert/strict";
import { PromiscError } from "../../../src/errors.js";

/** Asserts that bytes are refused as malformed with the field's path and the reason. */
export function assertMalformed(decode: () => unknown, path: string, reason: string): void {
  assert.throws(decode, (error) => {
    assert.ok(error instanceof PromiscError, `not a PromiscError: ${error}`);
    assert.equal(error.code, "malformed");
    assert.equal(error.message, `cannot decode ${path}: ${reason}`);
    return true;
  });
}
