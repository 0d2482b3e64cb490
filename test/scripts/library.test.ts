import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { temporaryDirectory } from "../support/capture/capture-files.js";

const directory = temporaryDirectory();

/** Makes a project of files by their paths. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(directory, name);
  const options = { module: "nodenext", noEmit: true, noLib: true, types: [] };
  const all = { ...files, "tsconfig.json": JSON.stringify({ compilerOptions: options, include: ["src"] }) };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("the check that the command line uses the library alone", async () => {
  const module = new URL("../../../scripts/library.mjs", import.meta.url).href;
  const { unexported } = (await import(module)) as { unexported: (folder: string) => string[] };
  const below = "export const hidden = 1;\nexport const shown = 2;\nexport interface Facts {}\n";

  it("finds a value and a type that the library doesn't export", () => {
    const folder = project("unexported", {
      "src/below.ts": below,
      "src/index.ts": 'export { shown } from "./below.js";\n',
      "src/cli/a.ts": 'import { type Facts, hidden, shown } from "../below.js";\n',
      "src/cli/b.ts": 'import { hidden as other } from "../below.js";\n',
    });
    assert.deepEqual(unexported(folder), [
      "src/index.ts doesn't export Facts of src/below.ts, which src/cli/a.ts imports",
      "src/index.ts doesn't export hidden of src/below.ts, which src/cli/a.ts and src/cli/b.ts imports",
    ]);
  });

  it("allows what the library exports under whatever name, tools of the language, and files of the command line", () => {
    const folder = project("exported", {
      "src/below.ts": below,
      "src/codec.ts": "export const size = 3;\n",
      "src/present.ts": "export const present = 4;\n",
      "src/index.ts":
        'export { hidden as revealed, type Facts } from "./below.js";\nexport * as codec from "./codec.js";\n',
      "src/cli/a.ts":
        'import type { Facts } from "../below.js";\nimport { hidden } from "../below.js";\nimport * as codec from "../codec.js";\nimport { size } from "../codec.js";\nimport { present } from "../present.js";\nimport { own } from "./b.js";\n',
      "src/cli/b.ts": "export const own = 5;\n",
    });
    assert.deepEqual(unexported(folder), []);
  });
});
