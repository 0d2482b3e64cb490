import { PromiscError } from "../../../errors.js";
import { describeErrno, EACCES, ENOSYS, EPERM } from "../../ffi/errno.js";
import type { BpfCommand } from "../bpf-system-call.js";

/**
 * Returns the error for a call of bpf(2) that only reads, and that the kernel refused.
 * @param operation what the call was for, as a phrase that follows "cannot"
 * @param needs the capability that the command requires in the initial user namespace
 */
export function inspectionError(
  operation: string,
  command: BpfCommand,
  errno: number,
  needs: string,
): PromiscError {
  const details = { operation, errno: describeErrno(errno), reason: command };
  if (errno === EPERM || errno === EACCES)
    return new PromiscError({
      ...details,
      code: "privilege",
      hint: `needs ${needs} in the initial user namespace: run it with sudo`,
    });
  if (errno === ENOSYS)
    return new PromiscError({
      ...details,
      code: "kernel",
      hint: "this kernel has no eBPF (CONFIG_BPF_SYSCALL)",
    });
  return new PromiscError({ ...details, code: "kernel" });
}
