// npm run check: types, formatter and linter, import rules, unused code, and the rules of the house. Each check runs
// even if another one fails.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";

const checks = {
  types: ["typescript/bin/tsc", "--noEmit"],
  "format and lint": ["@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "."],
  "import rules": ["dependency-cruiser/bin/dependency-cruise.mjs", "src", "--output-type", "err-long"],
  "unused code": ["knip/bin/knip.js"],
  "rules of the house": ["../scripts/house.mjs"],
  "plain English": ["../scripts/prose.mjs"],
  "the library serves the command line": ["../scripts/library.mjs"],
  // Converts the docstrings and checks their links, and that all types that the library uses are exported.
  "API documentation": ["typedoc/bin/typedoc", "--emit", "none", "--logLevel", "Warn"],
};

await setUp();
let failed = 0;
for (const [name, [script, ...args]] of Object.entries(checks)) {
  console.log(`check: ${name}`);
  const { status } = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) failed++;
}
console.log(failed === 0 ? "all checks passed" : `${failed} of ${Object.keys(checks).length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
