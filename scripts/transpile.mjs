// Transpiles src/, test/ and bench/ file by file into build/, for code that imports the modules themselves.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { define, root } from "./build.mjs";

/** Returns all TypeScript files below some existing folders, relative to the root. */
export function sources(...folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name))
      .sort(),
  );
}

export async function transpile() {
  const { build } = await import("esbuild");
  rmSync(join(root, "build"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: sources("src", "test", "bench"),
    outbase: ".",
    outdir: "build",
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: "inline",
    define: define(),
    logLevel: "warning",
  });
}
