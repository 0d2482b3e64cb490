import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { counted } from "../src/counted.js";

describe("a number with its noun", () => {
  it("has the noun in the singular only after 1", () => {
    assert.equal(counted(0, "packet"), "0 packets");
    assert.equal(counted(1, "packet"), "1 packet");
    assert.equal(counted(2, "packet"), "2 packets");
    assert.equal(counted(1, "address", "addresses"), "1 address");
    assert.equal(counted(3, "process hides", "processes hide"), "3 processes hide");
  });

  it("is formatted here, and by no other file that decides on an s", () => {
    const src = fileURLToPath(new URL("../../src", import.meta.url));
    const others = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "counted.ts")
      .filter((file) => /=== 1 \? "" : "s"/.test(readFileSync(join(src, file), "utf8")))
      .sort();
    // These write numbers as people read them in English: 1,000 frames.
    assert.deepEqual(others, ["detect/decoy/login/options.ts", "detect/load/plan.ts"]);
  });
});
