// Builds all of dist/ from scratch as it is published: the program, the library and the library's declarations. npm
// runs this before it packs.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build, root } from "./build.mjs";
import { installPackages } from "./setup.mjs";

installPackages();
// Files from an earlier build would be published too.
rmSync(join(root, "dist"), { recursive: true, force: true });
await build();
// Standard output belongs to npm: npm pack --json.
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.types.json")],
  { stdio: ["ignore", 2, 2] },
);
