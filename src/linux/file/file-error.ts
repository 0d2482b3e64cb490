import { PromiscError } from "../../errors.js";
import { kernelError } from "../ffi/errno.js";

/** Returns the error for a failed node:fs operation. Any error without an errno is returned unchanged. */
export function fileError(operation: string, error: unknown, reason?: string): unknown {
  if (error instanceof PromiscError) return error;
  const number = (error as NodeJS.ErrnoException).errno;
  return number === undefined ? error : kernelError({ operation, errno: -number, reason, cause: error });
}
