import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { execFileSync, spawnSync } from "../support/process/child-process.js";
import { lacking, missing } from "../support/process/peer.js";

/** This file stands in build/test/library. */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
const clone = join(folder, "clone");
const user = join(folder, "user");
const global = join(folder, "global");
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** npm's own words for a registry that it can't reach. */
const UNREACHABLE =
  /\b(E(NOTFOUND|CONNREFUSED|CONNRESET|TIMEDOUT|AI_AGAIN|NETUNREACH|HOSTUNREACH|NOTCACHED))\b/;

/** What of a checkout a fresh clone doesn't have. */
const isMade = (path: string): boolean => /^(node_modules|dist|build|\.git|[^/]*\.tgz)$/.test(path);

/** Runs npm in a folder, as somebody who types it there. */
function npm(cwd: string, ...args: string[]): string {
  const [command = ""] = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).split("\n");
  // npm, which may run this, hands its own surroundings on, and so which folder is its package.
  const own = ([name]: [string, unknown]): boolean =>
    !name.startsWith("npm_") || (name.startsWith("npm_config_") && name !== "npm_config_local_prefix");
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(own)),
    npm_config_prefer_offline: "true",
    npm_config_fetch_retries: "1",
    npm_config_fetch_retry_mintimeout: "1000",
  };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")}: exit status ${status}\n${stderr}`);
  return stdout;
}

/** Packs a fresh clone, and installs the tarball in an empty folder and globally. Returns why it can't, or false. */
function install(): string | false {
  const noNpm = missing("npm");
  if (noNpm) return noNpm;
  cpSync(root, clone, { recursive: true, filter: (path) => !isMade(relative(root, path)) });
  // What an earlier build left isn't published.
  mkdirSync(join(clone, "dist/cli"), { recursive: true });
  for (const name of ["stale.js", "stale.d.ts", "cli/stale.cjs"])
    writeFileSync(join(clone, "dist", name), "");
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{ "private": true, "type": "module" }');
  try {
    npm(clone, "pack", "--pack-destination", folder);
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    npm(user, "install", join(folder, tarball));
    npm(user, "install", "--global", "--prefix", global, join(folder, tarball));
    return false;
  } catch (error) {
    const [code] = UNREACHABLE.exec((error as Error).message) ?? [];
    if (code === undefined) throw error;
    return `needs a package registry: npm can't reach one (${code})`;
  }
}

// Before this process goes where there is no network.
const skip = install();
isolate();

/** What a TypeScript program that uses the library looks like. */
const consumer = `
import { diagnose, holdPromiscuous, PromiscError, readInterface, readInterfaces, runPromiscuous, setPromiscuous, type InterfaceState, type PromiscuityChange } from "promisc";

const change: PromiscuityChange = setPromiscuous("v0", true);
{
  using hold = holdPromiscuous("v0");
  const state: InterfaceState = readInterface("v0");
  console.log(change.after.promiscuity, hold.interfaces.length, state.promiscuity, state.promiscFlag);
}
setPromiscuous("v0", false, { via: "ioctl" });
const end = await runPromiscuous(["v0"], "sh", ["-c", "exit 3"]);
console.log("status" in end && end.status, readInterfaces().every((each) => !each.promiscuous));
try {
  setPromiscuous("nosuch", true);
} catch (error) {
  if (error instanceof PromiscError) console.log(error.code, error.errno?.name);
}
console.log(diagnose().commands.length > 0);
`;

describe("the package, packed in a fresh clone and installed", { skip }, () => {
  const run = (path: string, ...args: string[]): string =>
    execFileSync(join(folder, path), args, { cwd: user, encoding: "utf8" });

  it("has the program, the library with its declarations, the unit, and nothing else", () => {
    const installed = join(user, "node_modules/promisc");
    const filesOf = (path: string): string[] =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(path, join(entry.parentPath ?? entry.path, entry.name)))
        .sort();
    const isDeclaration = (path: string): boolean => path.endsWith(".d.ts");
    const files = filesOf(installed);
    const { files: published } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      files: string[];
    };
    const others = published.filter((name) => name !== "dist");
    const commands = filesOf(join(root, "src/cli/commands")).map((name) => name.replace(/ts$/, "cjs"));
    assert.deepEqual(
      files.filter((path) => !isDeclaration(path)),
      [
        ...[
          "LICENSE",
          "README.md",
          "package.json",
          "dist/index.js",
          "dist/cli/main.cjs",
          "dist/cli/errors.cjs",
        ],
        ...commands.map((name) => `dist/cli/${name}`),
        ...others.flatMap((name) =>
          statSync(join(root, name)).isFile()
            ? [name]
            : filesOf(join(root, name)).map((each) => `${name}/${each}`),
        ),
      ].sort(),
    );
    const declarations = files.filter(isDeclaration);
    assert.ok(declarations.includes("dist/index.d.ts"));
    for (const path of declarations)
      assert.ok(existsSync(join(root, path.replace(/^dist/, "src").replace(/d\.ts$/, "ts"))), path);
  });

  it("has a program that runs, and one for Wireshark", () => {
    for (const bin of ["user/node_modules/.bin", "global/bin"]) {
      assert.match(run(`${bin}/promisc`, "--version"), /^\d+\.\d+\.\d+\n$/);
      assert.equal(JSON.parse(run(`${bin}/promisc`, "show", "lo", "--json")).interfaces[0].ifname, "lo");
      assert.match(run(`${bin}/promisc-extcap`, "--extcap-interfaces"), /^extcap \{version=/);
    }
  });

  const node = (...args: string[]): string =>
    execFileSync(process.execPath, args, { cwd: user, encoding: "utf8" });

  /** Compiles a program in the user's folder, with strict types, and runs it. */
  const compiled = (name: string, text: string): string => {
    const types = join(user, "node_modules/@types");
    if (!existsSync(types)) symlinkSync(join(root, "node_modules/@types"), types);
    writeFileSync(join(user, `${name}.ts`), text);
    node(
      join(root, "node_modules/typescript/bin/tsc"),
      ...["--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,esnext.disposable"],
      ...["--types", "node", `${name}.ts`],
    );
    return node(`${name}.js`);
  };

  it("serves a strictly typed program that imports it by its name", {
    skip: noNamespaces || lacking("ip"),
  }, () => {
    ip("link add v0 type veth peer name v1");
    assert.equal(compiled("consumer", consumer), "1 1 2 true\n3 true\nno-interface ENODEV\ntrue\n");
  });

  const everyExport = readFileSync(join(root, "test/library/every-export.ts"), "utf8");

  it("exports nothing that a user's program can't use", { skip: noNamespaces || lacking("ip") }, () => {
    for (const command of ["link set v0 up", "link set v1 up", "addr add 10.9.0.1/24 dev v0"]) ip(command);
    const text = everyExport.replaceAll('"../../src/index.js"', '"promisc"');
    assert.match(compiled("every-export", text), /^\d+ exports\n$/);
  });

  it("exports the types that such a program names, and no others", () => {
    const index = join(user, "node_modules/promisc/dist/index.d.ts");
    const program = ts.createProgram([index], { module: ts.ModuleKind.NodeNext, types: [] });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile) as ts.Symbol;
    const isType = (symbol: ts.Symbol): boolean =>
      symbol.declarations?.some(ts.isTypeOnlyExportDeclaration) === true ||
      (checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value) === 0;
    const exported = checker
      .getExportsOfModule(module)
      .filter(isType)
      .map(({ name }) => name);
    const [, named = ""] = /^import type \{([^}]*)\}/m.exec(everyExport) ?? [];
    const [, listed = ""] = /^export type EveryType = \[([^\]]*)\]/m.exec(everyExport) ?? [];
    const names = (text: string): string[] => (text.match(/\w+/g) ?? []).sort();
    assert.deepEqual(names(named), exported.sort());
    assert.deepEqual(names(listed), names(named));
  });
});
