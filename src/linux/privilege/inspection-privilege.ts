import { effectiveCapabilities } from "../ffi/effective-capabilities.js";

/**
 * The capabilities that seeing what all users hold requires: to inspect any process, to enter any namespace, and to ask a
 * socket for its namespace.
 */
const INSPECTION_CAPABILITIES = ["CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_NET_ADMIN"] as const;

/** Either of these allows listing any process's descriptors. */
const LISTING_CAPABILITIES = ["CAP_DAC_READ_SEARCH", "CAP_DAC_OVERRIDE"] as const;

/** Returns the capabilities that this process lacks to see what all users hold (capabilities(7)). */
export function missingForInspection(): string[] {
  const own = effectiveCapabilities();
  const mayList = LISTING_CAPABILITIES.some((capability) => own.includes(capability));
  return [
    ...INSPECTION_CAPABILITIES.filter((capability) => !own.includes(capability)),
    ...(mayList ? [] : [LISTING_CAPABILITIES[0]]),
  ];
}
