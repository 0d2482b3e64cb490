import { spawnSync } from "node:child_process";

/** Why a test against these commands can't run here, or false: for the `skip` option of a test. */
export function lacking(...commands: string[]): string | false {
  const missing = commands.filter(
    (command) => spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status !== 0,
  );
  return missing.length > 0 && `needs ${missing.join(", ")}`;
}

/**
 * tcpdump as a user who isn't root, and so as one that writes its files itself: root it makes give up being root, which
 * it can't in a user namespace.
 */
export const tcpdump: readonly string[] = ["unshare", "--user", "tcpdump"];
