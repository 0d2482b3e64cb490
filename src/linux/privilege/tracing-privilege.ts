import { effectiveCapabilities } from "../ffi/effective-capabilities.js";

/** The capabilities that tracing system calls requires in the initial user namespace (capabilities(7)). */
export const TRACING_CAPABILITIES = ["CAP_BPF", "CAP_PERFMON"] as const;

/** Returns those of {@link TRACING_CAPABILITIES} that this process lacks. CAP_SYS_ADMIN includes both. */
export function missingForTracing(): string[] {
  const own = effectiveCapabilities();
  if (own.includes("CAP_SYS_ADMIN")) return [];
  return TRACING_CAPABILITIES.filter((capability) => !own.includes(capability));
}
