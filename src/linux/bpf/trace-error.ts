import { PromiscError, type PromiscErrorDetails } from "../../errors.js";
import { capabilityRemedy } from "../ffi/capability-remedy.js";
import { describeErrno, EACCES, EAGAIN, ENOSYS, EPERM } from "../ffi/errno.js";
import { textOf } from "../file/text-file.js";
import { missingForTracing, TRACING_CAPABILITIES } from "../privilege/tracing-privilege.js";
import { inInitialUserNamespace } from "../process/own-namespaces.js";

const operation = "trace system calls";

/** The hint for something that should work. */
export const REPORT = "needs Linux 5.11 or later; there, please report it, with the output of uname -a";

/** Returns the error for a kernel that can't trace system calls. */
export function traceError(details: Pick<PromiscErrorDetails, "reason" | "hint" | "cause">): PromiscError {
  return new PromiscError({ code: "kernel", operation, ...details });
}

/**
 * Returns the error for a step that the kernel refused.
 * @param step the step, as bpf(2) names it
 * @param number positive errno
 * @param log the verifier's log, if there is one
 */
export function refusal(step: string, number: number, log = ""): PromiscError {
  const reason = log === "" ? step : `${step}: ${log}`;
  return new PromiscError({
    operation,
    errno: describeErrno(number),
    reason,
    ...explain(number, log !== ""),
  });
}

function explain(number: number, rejected: boolean): Pick<PromiscErrorDetails, "code" | "hint"> {
  if (number === ENOSYS)
    return { code: "kernel", hint: "boot a kernel that is built with CONFIG_BPF_SYSCALL" };
  if (number === EAGAIN)
    return { code: "kernel", hint: "signals kept interrupting it, as those of a profiler do: try again" };
  if (isLockedDown())
    return {
      code: "kernel",
      hint: "lockdown forbids even root to read the kernel's memory: boot with lockdown=integrity, or without",
    };
  // The verifier has its own reasons for EACCES.
  if (rejected || (number !== EPERM && number !== EACCES)) return { code: "kernel", hint: REPORT };
  if (missingForTracing().length === 0 && inInitialUserNamespace())
    return {
      code: "kernel",
      hint: "needs Linux 5.11 or later; there, a security policy forbids it: a container's, seccomp, SELinux, …",
    };
  return {
    code: "privilege",
    hint: `needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, in the initial user namespace: ${capabilityRemedy(TRACING_CAPABILITIES)}`,
  };
}

/** Returns whether not even root may read the kernel's memory (kernel_lockdown(7)). */
function isLockedDown(): boolean {
  return textOf("/sys/kernel/security/lockdown")?.includes("[confidentiality]") ?? false;
}
