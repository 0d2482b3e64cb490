// Rules of the house that neither types nor import rules can express: a name stands for one thing, a constant is
// defined in one place, and the folders of the tests match those of the code that they test.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { sources } from "./transpile.mjs";

/**
 * Reports whether a module is imported as a namespace, so that its names are read with the name of the protocol or
 * format in front of them.
 */
const isNamespace = (file, text) =>
  /^src\/wire\/(packet|file)\/|\/netlink\/attribute\.ts$|\/libc\.ts$/.test(file) ||
  /^export const field\b/m.test(text);

const layers = ["wire", "linux", "promiscuity", "capture", "detect", "lab", "cli"];

/** Adds a file to those of a key. */
function note(map, key, file) {
  map.set(key, [...(map.get(key) ?? []), file]);
}

function* repeated(map, what) {
  for (const [key, files] of map)
    if (files.length > 1) yield `${what} ${key.split("\n")[0]} in ${files.join(" and in ")}`;
}

/**
 * Checks the rules.
 * @param files paths relative to the root, and the text of each
 * @returns one line for each breach
 */
export function breaches(files) {
  const exported = new Map();
  const constants = new Map();
  const found = [];
  for (const [file, text] of files) {
    if (!file.startsWith("src/")) continue;
    for (const [, name] of text.matchAll(
      /^export (?:abstract )?(?:async )?(?:function\*?|class|const|interface|type) (\w+)/gm,
    ))
      if (!isNamespace(file, text)) note(exported, name, file);
    // Sizes of buffers, times and limits have values of their own everywhere, in the file that has the reason for the
    // value.
    for (const [, name, value] of text.matchAll(
      /^(?:export )?const ([A-Z][A-Z0-9_]+)(?:: \w+)? = ([^;]+);/gm,
    ))
      if (/^[\w"']/.test(value) && !isTuning(name)) note(constants, `${name}\n${value}`, file);
  }
  found.push(...repeated(exported, "exported twice:"), ...repeated(constants, "defined twice:"));
  const folders = new Set(files.map(([file]) => dirname(file)).filter((folder) => folder.startsWith("src/")));
  for (const folder of [...folders]) {
    for (let at = dirname(folder); at !== "src" && at !== "."; at = dirname(at)) folders.add(at);
  }
  for (const [file] of files) {
    const [top, layer] = file.split("/");
    if (top !== "test" || !layers.includes(layer) || !file.endsWith(".test.ts")) continue;
    const folder = dirname(file).replace(/^test/, "src");
    if (!folders.has(folder)) found.push(`${file} tests nothing of a folder ${folder}`);
  }
  return found;
}

/** Reports whether a constant is a choice of the file that it is in. Another file may have the same one by chance. */
function isTuning(name) {
  return /_(MS|SIZE|TIMEOUT)$|^(MOST|LONGEST|PATIENCE|RETRY|INTERVAL|TURN|ROUNDS|WAIT|RATE|OPERATION|TRIES)/.test(
    name,
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = sources("src", "test").map((file) => [file, readFileSync(join(root, file), "utf8")]);
  const found = breaches(files);
  for (const line of found) console.log(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
