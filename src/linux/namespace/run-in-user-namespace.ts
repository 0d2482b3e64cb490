import { spawnSync } from "node:child_process";
import { PromiscError } from "../../errors.js";
import { effectiveCapabilities } from "../ffi/effective-capabilities.js";
import { dieWithParent } from "../process/die-with-parent.js";

/** Set for the second run of this program. */
const MARK = "PROMISC_IN_USER_NAMESPACE";

/**
 * Runs this program a second time as root of a new user namespace, in which any user may create network namespaces
 * (user_namespaces(7)). It does so only if this process may not create them, and only once.
 * @param command the command that runs this program
 * @param operation what it is for, as a phrase that follows "cannot" in an error
 * @returns the exit status of the second run; undefined if it isn't needed
 * @throws PromiscError `privilege` if users may not create user namespaces here
 */
export function runInUserNamespace(command: readonly string[], operation: string): number | undefined {
  if (effectiveCapabilities().includes("CAP_SYS_ADMIN") || process.env[MARK] !== undefined) return undefined;
  // With network and mount namespaces of its own too: the old ones have another owner, and can't be entered again.
  const unshare = ["--user", "--map-root-user", "--net", "--mount"];
  const trial = spawnSync("unshare", [...unshare, "true"], { encoding: "utf8" });
  if (trial.status !== 0)
    throw new PromiscError({
      code: "privilege",
      operation,
      reason: trial.error?.message ?? trial.stderr.trim(),
      hint: "run it with sudo; promisc doctor shows what keeps this user from making user namespaces",
    });
  // The second run ends with this process, even if that is killed. The request must be made inside the namespace,
  // because entering it clears the request.
  const again = [...dieWithParent(), ...command];
  const { status, signal } = spawnSync("unshare", [...unshare, ...again], {
    stdio: "inherit",
    env: { ...process.env, [MARK]: "1" },
  });
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? 1;
}
