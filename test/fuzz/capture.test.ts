import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { PromiscError } from "../../src/errors.js";
import { readAll, temporaryDirectory } from "../support/capture/capture-files.js";
import { hex } from "../support/wire/golden/hex.js";
import { captures } from "./capture-corpus.js";
import { decodeCapture, fuzzCaptures } from "./capture-fuzzer.js";
import { Random } from "./random.js";

const directory = temporaryDirectory();

function saved(bytes: Uint8Array): string {
  const path = join(directory, "mutated");
  writeFileSync(path, bytes);
  return path;
}

describe("the readers of capture files under mutation", () => {
  it("read the original captures", () => {
    const packets = captures.map((each) => {
      const result = decodeCapture(each, each.length);
      assert.equal(result.end, "end");
      return result.packets.length;
    });
    assert.deepEqual(packets, [2, 1, 1, 2, 3]);
  });

  it("read mutated captures, or report them as malformed", () => {
    const { failure, inputs, accepted, malformed } = fuzzCaptures({ inputs: 20_000, seed: 1 });
    assert.equal(failure && `${failure.reason}: ${Buffer.from(failure.input).toString("hex")}`, undefined);
    assert.equal(inputs, 20_000);
    // If either were rare, the mutations would be too weak or too strong to find anything.
    assert.ok(accepted > 2000 && malformed > 2000, `${accepted} accepted, ${malformed} malformed`);
  });

  it("survive mutated compressed files", async () => {
    const random = new Random(2);
    const zstd = hex(`
      28b52ffd 04 58 # a frame with a checksum and a window of 2 MiB
      9d0000 68 68656c6c6f20 63617074757265 01 00 014b11 # a compressed block
      0212fc06 # checksum
    `);
    const whole = await readAll(saved(gzipSync(captures[3] as Uint8Array)));
    assert.equal(whole.error, undefined);
    await assert.rejects(readAll(saved(zstd)), /unknown file format/, "hello");
    const seeds = [gzipSync(captures[3] as Uint8Array), gzipSync(Buffer.alloc(70_000, captures[0])), zstd];
    let errors = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(random.pick(seeds));
      for (let left = 1 + random.below(4); left > 0; left--)
        bytes[random.below(bytes.length)] = random.below(256);
      const path = saved(bytes.subarray(0, 4 + random.below(bytes.length)));
      let error: unknown;
      try {
        error = (await readAll(path)).error;
      } catch (thrown) {
        error = thrown;
      }
      if (error === undefined) continue;
      errors++;
      assert.ok(error instanceof PromiscError && error.code === "malformed", `${error}`);
    }
    assert.ok(errors > 100, `${errors} errors`);
  });
});
