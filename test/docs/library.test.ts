import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type ts from "typescript";
import { readLibraryTypes } from "../support/docs/library-types.js";
import { readPage } from "../support/docs/pages.js";

/** The tables of docs/library.md that describe a type of the library: the beginning of the table, and the type. */
const tables = [
  ["The options of `openCapture`:\n\n| option | meaning |", "CaptureOptions"],
  ["The options of `scan`:\n\n| option | meaning |", "ScanOptions"],
  ["| field of a report | meaning |", "HostReport"],
  ["Every failure is a `PromiscError`:\n\n| field | meaning |", "PromiscError"],
] as const;

/** Properties that every error has. */
const OF_ERRORS = ["name", "stack"];

/** Returns the names in the first column of a table. */
function namesIn(beginning: string): string[] {
  const [, rest] = readPage("docs/library.md").split(`${beginning}\n|---|---|\n`);
  assert.notEqual(rest, undefined, `there is no table ${beginning}`);
  const [rows = ""] = /^(\|.*\n)*/.exec(rest ?? "") ?? [];
  return [...rows.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  );
}

describe("docs/library.md", () => {
  const { checker, exports } = readLibraryTypes();
  const exported = new Map(exports.map((symbol) => [symbol.name, symbol]));

  for (const [beginning, type] of tables)
    it(`describes every property of ${type}, and no other`, () => {
      const symbol = checker.getAliasedSymbol(exported.get(type) as ts.Symbol);
      const properties = checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        .map(({ name }) => name);
      assert.deepEqual(
        namesIn(beginning).sort(),
        properties.filter((name) => !OF_ERRORS.includes(name)).sort(),
      );
    });
});
