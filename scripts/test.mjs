// npm test: sets up if need be, then runs all tests, or those whose path contains one of the arguments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { exists, installPeers, succeeds } from "./peers.mjs";
import { runTests } from "./run-tests.mjs";
import { setUp } from "./setup.mjs";
import { sources, transpile } from "./transpile.mjs";

const built = join(root, "build");
const isRoot = process.getuid() === 0;

// Peers live in sbin, which is not on every user's path.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Without root, everything runs in a user namespace, where this user may make network namespaces. */
const asRoot = ["unshare", "--user", "--map-root-user", "--mount", "--net"];

/** Runs this script again where it may make namespaces; true if that was done. */
function runWithNamespaces() {
  if (isRoot || !exists("unshare") || !succeeds(...asRoot, "true")) return false;
  console.log("tests: not root, so in a user namespace");
  const [command, ...args] = [...asRoot, process.execPath, ...process.argv.slice(1)];
  process.exitCode = spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
  return true;
}

/** Makes what tests compare promisc with be there, or says why it isn't. */
async function preparePeers() {
  const { peers, PEERS_ARE_INSTALLED } = await import(
    pathToFileURL(join(built, "test/support/process/peers.js")).href
  );
  const { missing, why, mayBeSkipped } = installPeers(peers);
  if (!mayBeSkipped) process.env[PEERS_ARE_INSTALLED] = "1";
  if (missing.length === 0) return;
  const consequence = mayBeSkipped ? "are skipped" : "fail";
  console.log(`tests: without ${missing.join(", ")} (${why}): the tests that need them ${consequence}`);
}

/** Whether a file's tests need the machine for themselves: they load it, or notice when others do. */
const isAlone = (file) => file.endsWith(".alone.test.js");

/** The built test files whose path contains one of the arguments, or all. */
function wantedFiles() {
  const wanted = process.argv.slice(2);
  return sources("test")
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .map((file) => join(built, file.replace(/\.ts$/, ".js")));
}

await setUp();
await transpile();
await preparePeers();
if (!runWithNamespaces()) {
  const files = wantedFiles();
  const isFine = await runTests(built, [
    // They wait for the kernel and for each other's frames more than they calculate.
    { files: files.filter((file) => !isAlone(file)), concurrency: 3 },
    { files: files.filter(isAlone), concurrency: 1 },
  ]);
  process.exitCode = isFine ? 0 : 1;
}
