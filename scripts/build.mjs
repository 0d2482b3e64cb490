// Builds the parts of dist/ that are run: the program, with one file per command, and the library. Its declarations are
// built by prepack.mjs.
import childProcess from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function define() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return { PROMISC_VERSION: JSON.stringify(version) };
}

/** Returns the time of the newest change below some paths, in milliseconds since 1970, or 0 if there is none. */
export function newest(...paths) {
  return Math.max(
    0,
    ...paths.map((path) => {
      const status = statSync(join(root, path), { throwIfNoEntry: false });
      if (!status) return 0;
      if (!status.isDirectory()) return status.mtimeMs;
      return newest(...readdirSync(join(root, path)).map((name) => join(path, name)));
    }),
  );
}

/**
 * Loads node:child_process only when it is first used. Commander imports it at once, and that takes 4 ms of every
 * start.
 */
const lazyChildProcess = {
  name: "lazy-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path }) => ({ path, namespace: "lazy" }));
    const getters = Object.keys(childProcess).map(
      (name) => `get ${name}() { return require("child_process").${name}; }`,
    );
    onLoad({ filter: /.*/, namespace: "lazy" }, () => ({ contents: `module.exports = { ${getters} };` }));
  },
};

/**
 * Makes each command a file of its own, so that a start reads no more than it needs. Errors share one file, because
 * code that catches an error checks its class.
 */
const separateCommands = {
  name: "separate-commands",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\// }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: `./${basename(path, ".js")}.cjs`, external: true } : undefined,
    );
    onResolve({ filter: /\/errors\.js$/ }, ({ path, resolveDir }) =>
      join(resolveDir, path) === join(root, "src/errors.js")
        ? { path: "./errors.cjs", external: true }
        : undefined,
    );
  },
};

/** Returns the program's files in dist/: the one that is started, those of the commands, and those that they share. */
function programFiles() {
  const commands = readdirSync(join(root, "src/cli/commands")).map((name) => `src/cli/commands/${name}`);
  return ["src/cli/main.ts", "src/errors.ts", ...commands];
}

export async function build() {
  const { build: bundle } = await import("esbuild");
  rmSync(join(root, "dist/cli"), { recursive: true, force: true });
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    define: define(),
    logLevel: "warning",
  };
  await Promise.all([
    // CommonJS starts 4 ms earlier. koffi's loader is bundled, its native part is not.
    bundle({
      ...common,
      entryPoints: programFiles(),
      entryNames: "[name]",
      outdir: "dist/cli",
      outExtension: { ".js": ".cjs" },
      format: "cjs",
      // import() becomes require(), which doesn't start the loader for ECMAScript modules.
      supported: { "dynamic-import": false },
      minifySyntax: true,
      minifyWhitespace: true,
      alias: { koffi: "./node_modules/koffi/index.cjs" },
      // The vendor registry is large and is read only when it is needed.
      external: ["@koromix/*", "oui-data"],
      plugins: [lazyChildProcess, separateCommands],
    }),
    bundle({
      ...common,
      entryPoints: ["src/index.ts"],
      outfile: "dist/index.js",
      format: "esm",
      packages: "external",
    }),
  ]);
}
