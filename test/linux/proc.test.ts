import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createScanner, LanguageVariant, ScriptTarget, SyntaxKind } from "typescript";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

const texts: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
]);

/** Returns the strings of a file that are paths in /proc. */
function pathsInProc(code: string): string[] {
  const scanner = createScanner(ScriptTarget.Latest, true, LanguageVariant.Standard, code);
  const found: string[] = [];
  /** The number of open braces within the expression of each open template. */
  const braces: number[] = [];
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token === SyntaxKind.OpenBraceToken && braces.length > 0) braces.push((braces.pop() ?? 0) + 1);
    if (token === SyntaxKind.CloseBraceToken && braces.length > 0) {
      const open = braces.pop() ?? 0;
      if (open > 0) braces.push(open - 1);
      else {
        token = scanner.reScanTemplateToken(false);
        if (token === SyntaxKind.TemplateMiddle) braces.push(0);
      }
    }
    if (token === SyntaxKind.TemplateHead) braces.push(0);
    const text = scanner.getTokenText();
    if (texts.has(token) && /\/proc(?:\/|["'`]$)/.test(text)) found.push(text);
  }
  return found;
}

describe("the use of /proc in the sources", () => {
  it("is limited to src/linux", () => {
    const elsewhere = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.startsWith("linux/"))
      .flatMap((file) => pathsInProc(readFileSync(join(src, file), "utf8")).map((text) => [file, text]));
    assert.deepEqual(elsewhere, [], `move it to ${relative(process.cwd(), src)}linux`);
  });

  it("is found in strings of every kind, but not in comments", () => {
    const code = [
      'readFileSync("/proc/loadavg"); // "/proc/stat"',
      "readlinkSync(`/proc/$" + "{pid}/exe`) /* `/proc/PID/fd` */",
      'readdirSync("/proc")',
      "open(`$" + "{root({ a: 1 })}/proc/self`)",
      'import x from "../linux/process/process-list.js"; "mount -t proc proc /proc 2>&1"',
    ].join("\n");
    assert.deepEqual(pathsInProc(code), ['"/proc/loadavg"', "`/proc/${", '"/proc"', "}/proc/self`"]);
  });
});
