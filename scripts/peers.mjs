// Installs the commands that tests run, where that is possible.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const isRoot = process.getuid() === 0;

export const succeeds = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
export const exists = (command) => succeeds("sh", "-c", `command -v ${command}`);

/**
 * Installs the Debian packages of missing commands. Returns the commands that are still missing as `missing`, and the
 * reason as `why`. `mayBeSkipped` says whether the tests that need them are skipped or fail: they fail as root on a
 * Debian system whose archive can be reached, because nothing has to be missing there. `isFetched` says whether the
 * archive was asked.
 * @param peers the package of each command
 */
export function installPeers(peers) {
  const absent = () => Object.keys(peers).filter((command) => !exists(command));
  const outcome = (why, mayBeSkipped, isFetched = false) => ({
    missing: absent(),
    why,
    mayBeSkipped,
    isFetched,
  });
  const wanted = absent();
  if (!isRoot) return outcome("only root may install packages", true);
  if (!isDebian() || !exists("apt-get")) return outcome("this isn't Debian", true);
  if (wanted.length === 0) return outcome("", false);

  const packages = [...new Set(wanted.map((command) => peers[command]))];
  console.log(`tests: installing ${packages.join(" ")} …`);
  const updateFailure = apt("update", "--error-on=any");
  let failure = install(packages);
  // One unavailable package would keep apt-get from installing the others.
  if (failure) failure = packages.map((name) => install([name])).find((each) => each) ?? "";
  const why = failure || `no package of ${packages.join(", ")} has it`;
  return outcome(updateFailure || why, updateFailure !== "", true);
}

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

const install = (packages) => apt("install", "-y", "--no-install-recommends", ...packages);

/** Runs apt-get. Returns its error message, or "" if it succeeded. */
function apt(...args) {
  const { status, stderr, error } = spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return "";
  const words = stderr?.split("\n").filter((line) => /^[EW]: /.test(line)) ?? [];
  return `apt-get ${args[0]} failed: ${error?.message ?? words[0]?.slice(3) ?? `exit status ${status}`}`;
}
