// Builds what of dist/ is run: the program, a file a command, and the library. Its declarations are prepack.mjs's.
import childProcess from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function define() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return { PROMISC_VERSION: JSON.stringify(version) };
}

/** The newest change below some paths, in milliseconds since 1970; 0 if there is nothing. */
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

/** Has node:child_process loaded when it is first used: commander asks for it at once, and that takes 4 ms of every start. */
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
 * Makes each command a file of its own, so that a start reads no more than what it needs. Errors are one file for all,
 * because whoever catches one asks whose class it is.
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

/** The program's files in dist/: what is started, what each command needs, and what they share. */
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
    // CommonJS, because it starts 4 ms earlier; koffi's loader is bundled, its native part is not.
    bundle({
      ...common,
      entryPoints: programFiles(),
      entryNames: "[name]",
      outdir: "dist/cli",
      outExtension: { ".js": ".cjs" },
      format: "cjs",
      // import() becomes require(), which doesn't wake the loader of ECMAScript modules.
      supported: { "dynamic-import": false },
      minifySyntax: true,
      minifyWhitespace: true,
      alias: { koffi: "./node_modules/koffi/index.cjs" },
      // The vendor registry is read when it is needed, because it is large.
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
