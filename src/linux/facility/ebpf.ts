import { PromiscError } from "../../errors.js";
import { SystemCallTracer } from "../bpf/system-call-tracer.js";
import type { Facility } from "./facility.js";
import { textOf } from "./files.js";

const name = "eBPF";

/**
 * Whether the kernel runs the program that traces system calls (bpf(2)). Many things can forbid it, so it is tried, for
 * some milliseconds in which all system calls take a little longer.
 */
export function ebpf(): Facility {
  try {
    new SystemCallTracer(() => {})[Symbol.dispose]();
    return { name, available: true, detail: "system calls can be traced" };
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    const { code, errno, message, hint = "" } = error;
    const said = errno ? `the kernel says ${errno.name}` : message;
    if (code !== "privilege") return { name, available: false, detail: said, remedy: hint };
    if (textOf("/proc/sys/kernel/unprivileged_bpf_disabled") === undefined)
      return {
        name,
        available: false,
        detail: "this kernel has none",
        remedy: "boot a kernel that is built with CONFIG_BPF_SYSCALL",
      };
    return { name, available: null, detail: `only root may try: ${said}`, remedy: "sudo promisc doctor" };
  }
}
