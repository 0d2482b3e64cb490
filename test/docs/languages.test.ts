import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pairs = [
  ["README.md", "README.ja.md"],
  ["docs/scan.md", "docs/ja/scan.md"],
  ["docs/lab.md", "docs/ja/lab.md"],
] as const;

const read = (page: string): string => readFileSync(join(root, page), "utf8");
const blocks = (text: string): string[] =>
  Array.from(text.matchAll(/^```\w*\n(.*?)^```/gms), ([, code = ""]) => code);
const prose = (text: string): string => text.replace(/^```.*?^```/gms, "");
const headings = (text: string): string[] =>
  Array.from(prose(text).matchAll(/^(#+) /gm), ([, marks = ""]) => marks);
const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();
const options = (text: string): string[] =>
  sorted(Array.from(text.matchAll(/(?<![\w-])--?[A-Za-z][\w-]*/g), ([word]) => word));
/** The commands of the examples, with their options; what stands behind a language's own comment is left out. */
const commands = (text: string): string[] =>
  blocks(text).flatMap((code) => code.match(/^(\$ |sudo |npm |tshark |promisc |root@).*$/gm) ?? []);
const statuses = (text: string): string[] =>
  Array.from(text.matchAll(/^\| (\d+) \|/gm), ([, status = ""]) => status);
const names = (text: string): string[] =>
  sorted(Array.from(prose(text).matchAll(/`([^`\n]+)`/g), ([, name = ""]) => name));
const rows = (text: string): number[] =>
  Array.from(prose(text).matchAll(/(?:^\|.*\n)+/gm), ([table]) => table.split("\n").length - 1);

describe("the Japanese pages have what the English ones have", () => {
  for (const [english, japanese] of pairs)
    it(`${japanese} and ${english}`, () => {
      const [en, ja] = [read(english), read(japanese)];
      assert.deepEqual(headings(ja), headings(en), "sections");
      assert.deepEqual(commands(ja).map(spoken), commands(en).map(spoken), "commands");
      assert.deepEqual(options(ja), options(en), "options");
      assert.deepEqual(statuses(ja), statuses(en), "exit statuses");
      assert.deepEqual(rows(ja), rows(en), "rows of the tables");
      assert.deepEqual(missing(names(en), names(ja)), [], "names");
    });
});

/** A line that explains a command has the explanation in its own language behind two or more blanks. */
function spoken(command: string): string {
  return command.replace(/ {2,}.*$/, "");
}

function missing(from: readonly string[], among: readonly string[]): string[] {
  return from.filter((name) => !among.includes(name));
}
