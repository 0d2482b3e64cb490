// Finds phrases that make English prose hard to read, in documentation, comments, help and titles of tests.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

/** Phrases to avoid, each with what to write instead. */
export const banned = [
  [/\bunless told\b|\btold otherwise\b|\baren't told\b|\bisn't told\b/i, "by default"],
  [/\btells? of\b|\btold of\b/i, "reports"],
  [/\bto who(ever)? knows\b/i, "a full sentence"],
  [/\bwhose a\b/i, "a full sentence"],
  [/^\s*(\/\/|\/?\*+)\s*…/, "a sentence that stands on its own"],
  [/\bis told\b|\bare told\b|\bwas told\b|\bwere told\b/i, "is reported, is given"],
  [/\bas far as is known\b/i, "if known"],
  [/\bby whom\b/i, "who"],
  [/\bone a (line|second|packet|host)\b/i, "one per …"],
  [/\ba line an event\b|\ba line a\b|\bobject a packet\b|\ba line each\b/i, "one line per …"],
];

const folders = ["src", "test", "bench", "scripts", "docs"];
const files = [
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.(ts|mjs|md)$/.test(name))
      .map((name) => join(folder, name)),
  ),
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
].filter((file) => file !== "scripts/prose.mjs");

let found = 0;
for (const file of files) {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  for (const [index, line] of lines.entries())
    for (const [pattern, instead] of banned) {
      if (!pattern.test(line)) continue;
      found++;
      console.log(`${file}:${index + 1}: ${line.trim()}\n    write: ${instead}`);
    }
}
if (found > 0) {
  console.log(`${found} phrases that are hard to read`);
  process.exitCode = 1;
}
