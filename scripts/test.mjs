// npm test: sets up if need be, then runs all tests, or those whose path contains one of the arguments.
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

/** Makes what tests compare promisc with be there, or says why it isn't; returns whether something was downloaded. */
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

/** Has the kernel of virtual machines downloaded, where there can be some; returns whether it wasn't there. */
async function prepareGuestKernel() {
  const cache = join(root, "node_modules/.cache/promisc-test");
  const kernels = () => (existsSync(cache) ? readdirSync(cache).join() : "");
  const before = kernels();
  // The tests say why there can't be any, or fail of what this fails of.
  await import(pathToFileURL(join(built, "test", VIRTUAL_MACHINE)).href).catch(() => {});
  return kernels() !== before;
}

/**
 * In which order files begin, and how many run at the same time: those whose names end in `.heavy` load the machine and
 * don't mind that others do, those that end in `.alone` notice whatever else is done on it.
 */
const groups = [
  // They wait for the kernel and for each other's frames more than they calculate.
  { belongs: (file) => !/\.(heavy|alone)\.test\.js$/.test(file), concurrency: 4 },
  { belongs: (file) => file.endsWith(".heavy.test.js"), concurrency: 2 },
  { belongs: (file) => file.endsWith(".alone.test.js"), concurrency: 1 },
];

/** The files that take longest, which begin first, so that none of them is left at the end: the last lines of a run name them. */
const longest = [
  "detect/scan/scan",
  "library/package",
  "detect/load/load-test",
  "cli/scan",
  // Virtual machines calculate, and labs wait to be cleared away: those with each other, and not two with machines.
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

/** Those of the list first, in its order. */
const beforeOthers = (one, other) => rank(one) - rank(other);
const rank = (file) => (longest.includes(file) ? longest.indexOf(file) : longest.length);

/** The built test files whose path contains one of the arguments, or all. */
function wantedFiles() {
  const wanted = process.argv.slice(2);
  return sources("test")
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .map((file) => join(built, file.replace(/\.ts$/, ".js")));
}

/** How many seconds went into downloads. */
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
