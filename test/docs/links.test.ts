import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const pages = [...readdirSync(root).filter((name) => name.endsWith(".md")), ...filesBelow("docs", ".md")];

/** The anchors of a page's headings, as code hosts make them. */
function anchors(page: string): Set<string> {
  const headings = withoutCode(read(page)).matchAll(/^#+ (.+)$/gm);
  return new Set(
    Array.from(headings, ([, text = ""]) =>
      text
        .toLowerCase()
        .replace(/`/g, "")
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, "");
}

describe("references", () => {
  for (const page of pages)
    it(`of ${page} lead to a file, and to a heading of it`, () => {
      for (const [, target = ""] of withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page : normalize(join(dirname(page), path));
        assert.ok(existsSync(join(root, file)), `${page}: ${target}`);
        if (anchor !== undefined) assert.ok(anchors(file).has(anchor), `${page}: ${target}: no such heading`);
      }
    });

  it("of the program's messages and help lead to files of the package", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    const isPacked = (file: string): boolean =>
      files.some((each) => file === each || file.startsWith(`${each}/`)) || /^(README|LICENSE)/.test(file);
    const sources = [...filesBelow("src", ".ts"), ...filesBelow("bin", ""), ...filesBelow("systemd", "")];
    let references = 0;
    for (const source of sources.filter((file) => !file.endsWith("package.json")))
      for (const [reference] of read(source).matchAll(/(?<![\w/])(docs|systemd)\/[\w./-]+\w/g)) {
        assert.ok(
          isPacked(reference) && existsSync(join(root, reference)),
          `${source}: ${reference} is not in the package`,
        );
        references++;
      }
    assert.ok(references > 2, `only ${references} references`);
    for (const page of pages.filter((file) => isPacked(file)))
      for (const [, target = ""] of withoutCode(read(page)).matchAll(/\]\(([^)\s#]+)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const file = normalize(join(dirname(page), target));
        assert.ok(isPacked(file), `${page}: ${file} is not in the package`);
      }
  });
});
