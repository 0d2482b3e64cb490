import { existsSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { BTF_FILE, kernelLayout } from "../bpf/kernel-layout.js";
import { SystemCallTracer } from "../bpf/system-call-tracer.js";
import { containerRemedy } from "../ffi/capability-remedy.js";
import { textOf } from "../file/text-file.js";
import { missingForTracing, TRACING_CAPABILITIES } from "../privilege/tracing-privilege.js";
import { inInitialUserNamespace } from "../process/own-namespaces.js";
import type { Facility } from "./facility.js";

/** Reports whether this process has the capabilities to trace system calls (capabilities(7)). */
export function tracingCapabilities(): Facility {
  const name = TRACING_CAPABILITIES.join(", ");
  const missing = missingForTracing();
  if (missing.length > 0)
    return {
      name,
      available: false,
      detail: missing.length === 1 ? `this process lacks ${missing[0]}` : "this process has neither",
      remedy:
        process.getuid?.() === 0 ? containerRemedy(missing) : `run it with sudo; ${containerRemedy(missing)}`,
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

/**
 * Reports whether the kernel describes its types, which the tracer needs to find what it reads
 * (Documentation/bpf/btf.rst).
 */
export function btf(): Facility {
  const name = "BTF";
  try {
    kernelLayout();
    return { name, available: true, detail: `${BTF_FILE} has what is needed` };
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    const { message, hint = "" } = error;
    if (existsSync(BTF_FILE)) return { name, available: false, detail: message, remedy: hint };
    return {
      name,
      available: false,
      detail: `there is no ${BTF_FILE}`,
      remedy: `${hint}; in a container, have /sys mounted`,
    };
  }
}

/**
 * Reports whether the kernel runs the program that traces system calls (bpf(2)). Many things can forbid it, so this
 * tries it, for some milliseconds in which all system calls take slightly longer.
 */
export function ebpf(): Facility {
  const name = "eBPF";
  try {
    new SystemCallTracer(() => {})[Symbol.dispose]();
    return { name, available: true, detail: "system calls can be traced" };
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    const { code, errno, message, hint = "" } = error;
    const answer = errno ? `the kernel says ${errno.name}` : message;
    if (code !== "privilege") return { name, available: false, detail: answer, remedy: hint };
    if (textOf("/proc/sys/kernel/unprivileged_bpf_disabled") === undefined)
      return {
        name,
        available: false,
        detail: "this kernel has none",
        remedy: "boot a kernel that is built with CONFIG_BPF_SYSCALL",
      };
    if (process.getuid?.() === 0) return { name, detail: `it can't be tried: ${answer}`, remedy: hint };
    return { name, detail: `only root may try: ${answer}`, remedy: "sudo promisc doctor" };
  }
}
