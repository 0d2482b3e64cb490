import {
  inInitialUserNamespace,
  missingForTracing,
  TRACING_CAPABILITIES,
} from "../privilege/tracing-privilege.js";
import type { Facility } from "./facility.js";

const name = TRACING_CAPABILITIES.join(", ");

/** Whether this process may trace system calls, as far as its capabilities go (capabilities(7)). */
export function tracingCapabilities(): Facility {
  const missing = missingForTracing();
  if (missing.length > 0)
    return {
      name,
      available: false,
      detail: missing.length === 1 ? `this process lacks ${missing[0]}` : "this process has neither",
      remedy: "run it with sudo; in a container, start that with --cap-add BPF --cap-add PERFMON",
    };
  if (!inInitialUserNamespace())
    return {
      name,
      available: false,
      detail: "in this user namespace alone, which isn't enough",
      remedy: "run it with sudo, outside rootless containers and other user namespaces",
    };
  return { name, available: true, detail: "granted, or included in CAP_SYS_ADMIN" };
}
