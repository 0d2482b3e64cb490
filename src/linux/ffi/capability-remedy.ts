import { effectiveCapabilities } from "./effective-capabilities.js";

/** Returns how to get capabilities for which the kernel refused something. Root isn't advised to become root. */
export function capabilityRemedy(capabilities: readonly string[]): string {
  if (process.getuid?.() !== 0) return "run it with sudo";
  const own = effectiveCapabilities();
  const missing = capabilities.filter((capability) => !own.includes(capability));
  return missing.length === 0
    ? "run it as root outside this user namespace, in which root has less power"
    : containerRemedy(missing);
}

/** Returns how to get capabilities that root usually has, and in a container often lacks. */
export function containerRemedy(missing: readonly string[]): string {
  const options = missing.map((capability) => `--cap-add ${capability.replace("CAP_", "")}`);
  return `in a container, start that with ${options.join(" ")}`;
}
