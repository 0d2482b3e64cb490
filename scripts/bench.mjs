// npm run bench: sets up if necessary, then runs all benchmarks in turn, or those whose path contains one of the
// arguments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { sources, transpile } from "./transpile.mjs";

// ip is in sbin, which is not on every user's path.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const wanted = process.argv.slice(2);

await setUp();
await transpile();
for (const file of sources("bench")) {
  if (file.startsWith("bench/support/")) continue;
  if (wanted.length > 0 && !wanted.some((part) => file.includes(part))) continue;
  if (wanted.length === 0 && file === "bench/soak.ts") {
    console.log("\nsoak is left out because it takes 20 minutes; npm run bench soak runs it");
    continue;
  }
  const { status } = spawnSync(process.execPath, [join(root, "build", file.replace(/\.ts$/, ".js"))], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
