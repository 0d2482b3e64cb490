import { spawnSync } from "node:child_process";
import { PromiscError } from "../../errors.js";
import { effectiveCapabilities } from "../privilege/capabilities.js";
import { dieWithParent } from "../process/die-with-parent.js";

/** Says to the second run that it is one. */
const MARK = "PROMISC_IN_USER_NAMESPACE";

/**
 * Runs a command that runs this program again, as root of a user namespace of its own, where a user may make network
 * namespaces (user_namespaces(7)). For those who may not make them here, once.
 * @param operation what it is for, after "cannot" in an error
 * @returns the exit status of that run; undefined if it isn't needed
 * @throws PromiscError `privilege` if users may not make user namespaces here
 */
export function runInUserNamespace(command: readonly string[], operation: string): number | undefined {
  if (effectiveCapabilities().includes("CAP_SYS_ADMIN") || process.env[MARK] !== undefined) return undefined;
  // With a network and mounts of its own too: the old ones are another owner's, and can't be come back to.
  const unshare = ["--user", "--map-root-user", "--net", "--mount"];
  const trial = spawnSync("unshare", [...unshare, "true"], { encoding: "utf8" });
  if (trial.status !== 0)
    throw new PromiscError({
      code: "privilege",
      operation,
      reason: trial.error?.message ?? trial.stderr.trim(),
      hint: "run it with sudo, or have users make user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000",
    });
  // It ends with this process, even if that is killed. In the namespace: to enter it takes the wish back.
  const again = [...dieWithParent(), ...command];
  const { status, signal } = spawnSync("unshare", [...unshare, ...again], {
    stdio: "inherit",
    env: { ...process.env, [MARK]: "1" },
  });
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? 1;
}
