// What a fresh checkout needs before anything else can run: the packages of the lockfile, and the built program.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, newest, root } from "./build.mjs";

const say = (text) => process.stderr.write(`${text}\n`);

/** Installs what package-lock.json says, unless that is what is installed. */
function installPackages() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const mark = join(root, "node_modules/.installed-lockfile");
  if (readOrNothing(mark) === wanted) return;
  say("promisc: installing packages (npm ci) …");
  // npm's own words go to standard error: standard output is the program's.
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: ["ignore", 2, 2] });
  writeFileSync(mark, wanted);
}

function readOrNothing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export async function setUp() {
  installPackages();
  if (newest("dist/cli/main.cjs") < newest("src", "scripts/build.mjs", "package.json", "package-lock.json")) {
    say("promisc: building …");
    await build();
  }
}
