import { join } from "node:path";
import ts from "typescript";
import { root } from "./pages.js";

/** What the library exports, as the TypeScript compiler sees it. */
export interface LibraryTypes {
  readonly checker: ts.TypeChecker;
  /** The exported names. Most of them are aliases of what another file declares. */
  readonly exports: readonly ts.Symbol[];
}

/** Reads the library's sources with the compiler. */
export function readLibraryTypes(): LibraryTypes {
  const index = join(root, "src/index.ts");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram([index], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile) as ts.Symbol;
  return { checker, exports: checker.getExportsOfModule(module) };
}
