// npm test: sets up if necessary, then runs all tests, or those whose path contains one of the arguments.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { exists, installPeers, succeeds } from "./peers.mjs";
import { runTests } from "./run-tests.mjs";
import { installPackages, setUp } from "./setup.mjs";
import { sources, transpile } from "./transpile.mjs";

const built = join(root, "build");
const isRoot = process.getuid() === 0;

// The commands are in sbin, which is not on every user's path.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Without root, everything runs in a user namespace, where this user may create network namespaces. */
const asRoot = ["unshare", "--user", "--map-root-user", "--mount", "--net"];

/** Runs this script again where it may create namespaces. Returns true if it did. */
function runWithNamespaces() {
  if (isRoot || !exists("unshare") || !succeeds(...asRoot, "true")) return false;
  console.log("tests: not root, so in a user namespace");
  const [command, ...args] = [...asRoot, process.execPath, ...process.argv.slice(1)];
  process.exitCode = spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
  return true;
}

/**
 * Makes the commands available that tests compare promisc with, or prints why they aren't. Returns whether something
 * was downloaded.
 */
async function preparePeers() {
  const { peers, PEERS_ARE_INSTALLED } = await import(
    pathToFileURL(join(built, "test/support/process/peers.js")).href
  );
  const { missing, why, mayBeSkipped, isFetched } = installPeers(peers);
  if (!mayBeSkipped) process.env[PEERS_ARE_INSTALLED] = "1";
  const consequence = mayBeSkipped ? "are skipped" : "fail";
  if (missing.length > 0)
    console.log(`tests: without ${missing.join(", ")} (${why}): the tests that need them ${consequence}`);
  return isFetched;
}

const VIRTUAL_MACHINE = "support/virtual-machine/virtual-machine.js";
const needsGuestKernel = (file) => readFileSync(file, "utf8").includes(VIRTUAL_MACHINE);

/** Downloads the kernel for virtual machines, where they can be run. Returns whether it had to be downloaded. */
async function prepareGuestKernel() {
  const cache = join(root, "node_modules/.cache/promisc-test");
  const kernels = () => (existsSync(cache) ? readdirSync(cache).join() : "");
  const before = kernels();
  // If that fails, the tests report why, or fail for the same reason.
  await import(pathToFileURL(join(built, "test", VIRTUAL_MACHINE)).href).catch(() => {});
  return kernels() !== before;
}

/**
 * The order in which files start, and how many run at the same time. Files whose names end in `.heavy` load the machine
 * and tolerate other load. Those that end in `.alone` notice everything else that happens on it.
 */
const groups = [
  // They spend more time waiting for the kernel and for each other's frames than calculating.
  { belongs: (file) => !/\.(heavy|alone)\.test\.js$/.test(file), concurrency: 4 },
  { belongs: (file) => file.endsWith(".heavy.test.js"), concurrency: 2 },
  { belongs: (file) => file.endsWith(".alone.test.js"), concurrency: 1 },
];

/**
 * The files that take longest. They start first, so that none of them is left at the end. The last lines of a run list
 * the slowest files.
 */
const longest = [
  "detect/scan/scan",
  "library/package",
  "detect/load/load-test",
  "cli/scan",
  "docs/commands",
  "cli/terminal",
  // Virtual machines calculate, and labs wait for the kernel to remove them. They run beside each other, and not two
  // virtual machines at a time.
  "lab/truth.heavy",
  "cli/lab-leaks.heavy",
  "detect/scan/scan-random.heavy",
  "detect/decoy/login/decoy-login",
  "detect/decoy/dns/dns-decoy",
  "cli/lab",
  "cli/watch-findings",
  "cli/capture",
  "cli/check",
  "lab/lan",
  "cli/lab-room",
  "peer/ip-address",
  "peer/tcpdump-lines",
  "cli/errors",
  "capture/file/failure",
  "capture/live/capture",
].map((name) => join(built, `test/${name}.test.js`));

/** Sorts the files of the list first, in its order. */
const beforeOthers = (one, other) => rank(one) - rank(other);
const rank = (file) => (longest.includes(file) ? longest.indexOf(file) : longest.length);

/** Returns the built test files whose path contains one of the arguments, or all of them. */
function wantedFiles() {
  const wanted = process.argv.slice(2);
  return sources("test")
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .map((file) => join(built, file.replace(/\.ts$/, ".js")));
}

/** How many seconds were spent on downloads. */
let fetching = 0;
async function fetch(download) {
  const start = performance.now();
  if (await download()) fetching += (performance.now() - start) / 1000;
}

await fetch(installPackages);
await setUp();
await transpile();
await fetch(preparePeers);
if (!runWithNamespaces()) {
  const files = wantedFiles().sort(beforeOthers);
  if (files.some(needsGuestKernel)) await fetch(prepareGuestKernel);
  const isFine = await runTests(
    built,
    groups.map(({ belongs, concurrency }) => ({ files: files.filter(belongs), concurrency })),
    fetching,
  );
  process.exitCode = isFine ? 0 : 1;
}
