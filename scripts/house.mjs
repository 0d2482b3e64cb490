// What the house's rules say that neither types nor import rules can: each name stands for one thing, each constant of the
// kernel or of a protocol has one definition, tests mirror what they test, and /proc is read by src/linux alone.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sources } from "/work/main/scripts/transpile.mjs";
const root="/work/main";
const complaints = [];
const exported = new Map();
const constants = new Map();
for (const file of sources("src")) {
  const text = readFileSync(join(root, file), "utf8");
  for (const [, name] of text.matchAll(/^export (?:abstract )?(?:async )?(?:function\*?|class|const|interface|type|enum) (\w+)/gm)) {
    exported.set(name, [...(exported.get(name) ?? []), file]);
  }
  for (const [, name] of text.matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]+)\b/gm))
    constants.set(name, [...(constants.get(name) ?? []), file]);
}
for (const [name, files] of exported) if (files.length > 1) console.log("exported twice", name, files.join(" "));
for (const [name, files] of constants) if (files.length > 1) console.log("constant twice", name, files.join(" "));
