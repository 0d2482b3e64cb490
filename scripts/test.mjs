// npm test: sets up if need be, then runs all tests, or those whose path contains one of the arguments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { sources, transpile } from "./transpile.mjs";

/** The peers that tests compare promisc with, and the Debian package that has each. */
const peers = {
  ip: "iproute2",
  ifconfig: "net-tools",
  tcpdump: "tcpdump",
  tshark: "tshark",
  capinfos: "wireshark-common",
  dumpcap: "wireshark-common",
  editcap: "wireshark-common",
  mergecap: "wireshark-common",
  zstd: "zstd",
  strace: "strace",
  setcap: "libcap2-bin",
  prlimit: "util-linux",
  unshare: "util-linux",
  ping: "iputils-ping",
  "qemu-system-x86_64": "qemu-system-x86",
  busybox: "busybox-static",
};

// Peers live in sbin, which is not on every user's path.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const isRoot = process.getuid() === 0;
const succeeds = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const exists = (command) => succeeds("sh", "-c", `command -v ${command}`);

function installPeers() {
  const missing = Object.keys(peers).filter((command) => !exists(command));
  if (missing.length === 0) return;
  if (!isRoot || !exists("apt-get")) {
    const why = isRoot ? "this isn't Debian" : "only root may install packages";
    console.log(`tests: without ${missing.join(", ")} (${why}): the tests that need them are skipped`);
    return;
  }
  const packages = missing.map((command) => peers[command]);
  console.log(`tests: installing ${packages.join(" ")} …`);
  const apt = (...args) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  apt("update", "-qq");
  apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
}

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

/** Whether a file's tests need the machine for themselves: they load it, or notice when others do. */
const isAlone = (file) => file.endsWith(".alone.test.js");

async function runTests() {
  await transpile();
  const wanted = process.argv.slice(2);
  const files = sources("test")
    .filter(
      (file) =>
        file.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((part) => file.includes(part))),
    )
    .map((file) => join(root, "build", file.replace(/\.ts$/, ".js")));
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [part, concurrency] of [
    [files.filter((file) => !isAlone(file)), 2],
    [files.filter(isAlone), 1],
  ])
    if (part.length > 0) await runFiles(part, concurrency, count);
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
}

/** Runs test files, so many at a time, and counts their tests. */
async function runFiles(files, concurrency, count) {
  const events = run({ files, concurrency, timeout: 300_000 });
  events.on("test:pass", ({ details, skip, todo }) => {
    if (details.type === "suite") return;
    if (skip !== undefined || todo !== undefined) count.skipped++;
    else count.passed++;
  });
  events.on("test:fail", ({ details }) => {
    // A suite fails with its tests, which are counted; but it may also fail by itself, before it has any.
    if (details.type !== "suite" || details.error?.failureType !== "subtestsFailed") count.failed++;
  });
  await new Promise((resolve) => {
    const report = events.compose(new spec());
    report.pipe(process.stdout, { end: false });
    report.on("end", resolve);
  });
}

await setUp();
installPeers();
if (!runWithNamespaces()) await runTests();
