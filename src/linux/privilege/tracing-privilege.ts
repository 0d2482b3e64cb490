import { effectiveCapabilities } from "./capabilities.js";

/** What the kernel asks of those who trace system calls, in the initial user namespace (capabilities(7)). */
export const TRACING_CAPABILITIES = ["CAP_BPF", "CAP_PERFMON"] as const;

/** Those of {@link TRACING_CAPABILITIES} that this process lacks. CAP_SYS_ADMIN includes both. */
export function missingForTracing(): string[] {
  const own = effectiveCapabilities();
  if (own.includes("CAP_SYS_ADMIN")) return [];
  return TRACING_CAPABILITIES.filter((capability) => !own.includes(capability));
}
