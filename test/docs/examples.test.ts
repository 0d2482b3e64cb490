import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";
import { blocksOf, pages, root } from "../support/docs/pages.js";

/** Declarations of what the examples of a page use without declaring it. */
const surroundings: Readonly<Record<string, string>> = {
  "docs/capture.md": "declare const frame: Uint8Array;",
  "docs/library.md": "declare function work(): Promise<void>;",
  "docs/scan-load.md": "declare const signal: AbortSignal;",
};

const examples = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === "ts")
    .map(({ line, lines }) => {
      // `…` in a list stands for more values of the same kind.
      const code = lines.join("\n").replaceAll(", …", "");
      const text = `${code}\n${surroundings[page] ?? ""}\nexport {};\n`;
      return { place: `${page}:${line}`, line, text };
    }),
);

const [tsconfig] = blocksOf("docs/library.md").filter(({ language }) => language === "json");
const shown = ts.convertCompilerOptionsFromJson(
  JSON.parse(tsconfig?.lines.join("\n") ?? "{}").compilerOptions,
  root,
);

/**
 * The options that docs/library.md shows, and some stricter ones. The library's sources take the place of the declarations,
 * which are made from them.
 */
const options: ts.CompilerOptions = {
  ...shown.options,
  paths: { promisc: [join(root, "src/index.ts")] },
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Compiles the examples as files that exist only in memory. */
function compile(): ts.Program {
  const files = new Map(examples.map(({ text }, index) => [fileOf(index), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getCurrentDirectory = () => root;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, rest[0]);
  };
  return ts.createProgram([...files.keys()], options, host);
}

const fileOf = (index: number): string => join(root, `example-${index}.mts`);

describe("the documentation's examples of TypeScript", () => {
  const program = compile();

  it("have options that the compiler knows", () => assert.deepEqual(shown.errors, []));

  it("are there", () => assert.ok(examples.length >= 8, `${examples.length} examples`));

  for (const [index, { place, line }] of examples.entries())
    it(`${place} compiles`, () => {
      const file = program.getSourceFile(fileOf(index));
      const found = [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
        ...program.getOptionsDiagnostics(),
      ].map(({ start = 0, messageText }) => {
        const at = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + line;
        return `line ${at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      });
      assert.deepEqual(found, []);
    });
});
