import { PromiscError } from "../../errors.js";
import { kernelError } from "../ffi/errno.js";

/** The error of a failed operation of node:fs; anything but an errno passes as it is. */
export function fileError(operation: string, error: unknown, reason?: string): unknown {
  if (error instanceof PromiscError) return error;
  const number = (error as NodeJS.ErrnoException).errno;
  return number === undefined ? error : kernelError({ operation, errno: -number, reason });
}
