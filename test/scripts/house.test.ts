import assert from "node:assert/strict";
import { describe, it } from "node:test";

type File = readonly [path: string, text: string];

describe("scripts/house.mjs", async () => {
  const module = new URL("../../../scripts/house.mjs", import.meta.url).href;
  const { breaches } = (await import(module)) as { breaches: (files: readonly File[]) => string[] };

  it("finds a name that two files export", () => {
    const files: File[] = [
      ["src/lab/a.ts", "export function judge(): void {}\n"],
      ["src/cli/b.ts", "export class judge {}\n"],
    ];
    assert.deepEqual(breaches(files), ["exported twice: judge in src/lab/a.ts and in src/cli/b.ts"]);
  });

  it("ignores names in modules that are imported as a namespace", () => {
    const files: File[] = [
      ["src/wire/packet/network/a.ts", "export function checksum(): void {}\n"],
      ["src/wire/packet/network/b.ts", "export function checksum(): void {}\n"],
    ];
    assert.deepEqual(breaches(files), []);
  });

  it("finds a constant that two files define, exported or not", () => {
    const files: File[] = [
      ["src/wire/packet/network/a.ts", "export const ETH_P_IP = 0x0800;\n"],
      ["src/detect/b.ts", "const ETH_P_IP = 0x0800;\n"],
    ];
    assert.deepEqual(breaches(files), [
      "defined twice: ETH_P_IP in src/wire/packet/network/a.ts and in src/detect/b.ts",
    ]);
  });

  it("finds tests that aren't in the folder of what they test", () => {
    const files: File[] = [
      ["src/lab/nic/a.ts", ""],
      ["test/lab/a.test.ts", ""],
      ["test/lab/nic/a.test.ts", ""],
      ["test/lab/card/a.test.ts", ""],
      ["test/kernel/a.test.ts", ""],
    ];
    assert.deepEqual(breaches(files), ["test/lab/card/a.test.ts tests nothing of a folder src/lab/card"]);
  });
});
