import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, readFileSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MemoryMapping } from "../../../src/linux/ffi/memory-mapping.js";

const SIZE = 2 ** 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Collects garbage, and runs finalizers. */
async function settle(): Promise<void> {
  for (let times = 0; times < 3; times++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
}

/** Returns the size of this process's address space in MiB. */
function addressSpace(): number {
  return Number(readFileSync("/proc/self/statm", "latin1").split(" ")[0]) / 256;
}

describe("a mapping of shared memory", () => {
  const path = join(tmpdir(), `promisc-mapping-${process.pid}`);
  const fd = openSync(path, "wx+");
  unlinkSync(path);
  ftruncateSync(fd, SIZE);
  const map = (writable: boolean): MemoryMapping =>
    MemoryMapping.shared({ fd, offset: 0, length: SIZE, writable }, "test");

  it("is replaced by zeros for views that are still in use, and writes to them have no effect", () => {
    for (const writable of [true, false]) {
      using inspector = map(true);
      const mapping = map(writable);
      const shared = new Uint8Array(inspector.buffer);
      const view = new Uint8Array(mapping.buffer);
      shared[SIZE - 1] = 7;
      assert.equal(view[SIZE - 1], 7);
      mapping[Symbol.dispose]();
      assert.deepEqual([view.length, view[0], view[SIZE - 1]], [SIZE, 0, 0]);
      view.fill(9);
      assert.equal(shared[SIZE - 1], 7);
      assert.equal(mapping.buffer.byteLength, 0);
      mapping[Symbol.dispose]();
      assert.equal(view[0], 9);
    }
  });

  it("returns its addresses to the system when no view is left", async () => {
    const kept = map(true);
    const view = new Uint8Array(kept.buffer);
    kept[Symbol.dispose]();
    await settle();
    const before = addressSpace();
    for (let number = 0; number < 1000; number++) map(true)[Symbol.dispose]();
    assert.ok(addressSpace() - before > 100);
    await settle();
    assert.ok(addressSpace() - before < 100, `${addressSpace() - before} MiB more`);
    assert.equal(view[SIZE - 1], 0);
    closeSync(fd);
  });
});
