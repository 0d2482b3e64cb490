import { PromiscError } from "../errors.js";

/** Returns the message of a failure in one network namespace. Rethrows anything else, which is a bug in promisc. */
export function reasonOf(error: unknown): string {
  if (isFailure(error)) return error.message;
  throw error;
}

/** Returns the message of any failure, for callers that must carry on even after a bug in promisc. */
export function anyReasonOf(error: unknown): string {
  if (isFailure(error)) return error.message;
  const stack = error instanceof Error ? error.stack : String(error);
  return `a fault in promisc itself, please report it: ${stack}`;
}

function isFailure(error: unknown): error is Error {
  return error instanceof PromiscError || (error as NodeJS.ErrnoException).syscall !== undefined;
}
