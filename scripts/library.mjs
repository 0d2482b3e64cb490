// The command line uses nothing that the library doesn't export: each symbol that src/cli imports from below is one of
// src/index.ts. It imports by path all the same, so that a command's bundle has no more than the command needs.
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { root } from "./build.mjs";

/** Tools of the language, which have nothing to do with networks. */
const tools = [
  "src/present.ts",
  "src/counted.ts",
  "src/wake-queue.ts",
  "src/when-aborted.ts",
  "src/disposable-list.ts",
];

/** The declarations that names stand for. */
function resolver(checker) {
  return (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
}

/** All that a module exports, and what the namespaces among that have. */
function exportsOf(checker, file) {
  const resolve = resolver(checker);
  const ofModule = (module) => checker.getExportsOfModule(module).map(resolve);
  const found = ofModule(checker.getSymbolAtLocation(file));
  return new Set([
    ...found,
    ...found.filter(({ flags }) => flags & ts.SymbolFlags.ValueModule).flatMap(ofModule),
  ]);
}

/** The names that a file imports from other files of the project, each with the file. */
function* importsOf(file, options) {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.moduleSpecifier.text.startsWith(".")) continue;
    const { text } = statement.moduleSpecifier;
    const from = ts.resolveModuleName(text, file.fileName, options, ts.sys).resolvedModule?.resolvedFileName;
    const bindings = statement.importClause?.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    for (const { name, propertyName } of elements)
      yield { from, name, imported: (propertyName ?? name).text };
    if (bindings && ts.isNamespaceImport(bindings))
      yield { from, name: bindings.name, imported: `* as ${bindings.name.text}` };
  }
}

/**
 * @param folder of a project with a tsconfig.json, whose library is src/index.ts
 * @returns one line for each symbol that src/cli imports and the library doesn't export
 */
export function unexported(folder) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
  const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host);
  const program = ts.createProgram(
    fileNames.filter((name) => name.includes("/src/")),
    options,
  );
  const checker = program.getTypeChecker();
  const resolve = resolver(checker);
  const library = exportsOf(checker, program.getSourceFile(join(folder, "src/index.ts")));
  const users = new Map();
  for (const file of program.getSourceFiles()) {
    const user = relative(folder, file.fileName);
    if (!user.startsWith("src/cli/")) continue;
    for (const { from, name, imported } of importsOf(file, options)) {
      const path = relative(folder, from ?? "");
      if (path.startsWith("src/cli/") || tools.includes(path)) continue;
      if (library.has(resolve(checker.getSymbolAtLocation(name)))) continue;
      const key = `${imported} of ${path}`;
      users.set(key, [...(users.get(key) ?? []), user]);
    }
  }
  return [...users]
    .map(([key, names]) => `src/index.ts doesn't export ${key}, which ${names.join(" and ")} imports`)
    .sort();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = unexported(root);
  for (const line of found) console.log(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
