// Builds the whole of dist/ as it is published, from nothing: the program, the library and the library's declarations. npm
// runs this before it packs, and so may a fresh checkout.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build, root } from "./build.mjs";
import { installPackages } from "./setup.mjs";

installPackages();
// What an earlier build left would be published too.
rmSync(join(root, "dist"), { recursive: true, force: true });
await build();
// Standard output is npm's: npm pack --json.
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.types.json")],
  { stdio: ["ignore", 2, 2] },
);
