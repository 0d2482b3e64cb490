import { spawnSync } from "node:child_process";
import { textOf } from "../file/text-file.js";
import type { Facility } from "./facility.js";

const name = "user namespaces";

/** The sysctls that can forbid user namespaces: a value that forbids them, and one that allows them. */
const obstacles = [
  { sysctl: "user.max_user_namespaces", forbids: "0", allows: "10000" },
  // Only on Debian and Ubuntu.
  { sysctl: "kernel.unprivileged_userns_clone", forbids: "0", allows: "1" },
  { sysctl: "kernel.apparmor_restrict_unprivileged_userns", forbids: "1", allows: "0" },
];

/**
 * Reports whether this user may create a user namespace and have all capabilities in it (user_namespaces(7)). It tries
 * to create one.
 */
export function userNamespaces(): Facility {
  const trial = spawnSync("unshare", ["--user", "--map-root-user", "true"], { encoding: "utf8" });
  if (trial.status === 0) return { name, available: true, detail: "this user can make one" };
  if (textOf("/proc/self/uid_map") === undefined)
    return {
      name,
      available: false,
      detail: "this kernel has none",
      remedy: "boot a kernel that is built with CONFIG_USER_NS",
    };
  const found = obstacles.find(({ sysctl, forbids }) => sysctlValue(sysctl) === forbids);
  if (found)
    return {
      name,
      available: false,
      detail: `${found.sysctl} is ${found.forbids}`,
      remedy: `sudo sysctl -w ${found.sysctl}=${found.allows}`,
    };
  if (trial.error)
    return {
      name,
      detail: "no sysctl forbids them, but unshare(1) isn't there to try it",
      remedy: "install util-linux",
    };
  return {
    name,
    available: false,
    detail: `no sysctl forbids them, but ${trial.stderr.trim()}`,
    remedy: "in a container, start that with --security-opt seccomp=unconfined, or run it outside",
  };
}

function sysctlValue(sysctl: string): string | undefined {
  return textOf(`/proc/sys/${sysctl.replaceAll(".", "/")}`)?.trim();
}
