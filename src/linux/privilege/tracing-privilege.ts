import { textOf } from "../facility/files.js";
import { effectiveCapabilities } from "./capabilities.js";

/** What the kernel asks of those who trace system calls, in the initial user namespace (capabilities(7)). */
export const TRACING_CAPABILITIES = ["CAP_BPF", "CAP_PERFMON"] as const;

/** Those of {@link TRACING_CAPABILITIES} that this process lacks. CAP_SYS_ADMIN includes both. */
export function missingForTracing(): string[] {
  const own = effectiveCapabilities();
  if (own.includes("CAP_SYS_ADMIN")) return [];
  return TRACING_CAPABILITIES.filter((capability) => !own.includes(capability));
}

/** Whether this is the only user namespace where all user ids are what they are, without having been mapped (user_namespaces(7)). */
export function inInitialUserNamespace(): boolean {
  return /^\s*0\s+0\s+4294967295$/m.test(textOf("/proc/self/uid_map") ?? "");
}
