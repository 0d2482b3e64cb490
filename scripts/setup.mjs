// What a fresh checkout needs before anything else can run: the packages of the lockfile, and the built program.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, newest, root } from "./build.mjs";

const say = (text) => process.stderr.write(`${text}\n`);

const installOptions = [
  // No dependency needs its install script. koffi and esbuild ship their binaries in packages.
  "--ignore-scripts",
  // If npm runs this script, as npm pack --dry-run does, it passes its own options on.
  ...["--include=dev", "--dry-run=false", "--global=false"],
  ...["--no-audit", "--no-fund"],
];

/** Installs the packages of package-lock.json, unless they are installed already. Returns whether it installed them. */
export function installPackages() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const mark = join(root, "node_modules/.installed-lockfile");
  if (readOrNothing(mark) === wanted) return false;
  say("promisc: installing packages (npm ci) …");
  // npm's messages go to standard error, because standard output is the program's.
  execFileSync("npm", ["ci", ...installOptions], { cwd: root, stdio: ["ignore", 2, 2] });
  writeFileSync(mark, wanted);
  return true;
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
