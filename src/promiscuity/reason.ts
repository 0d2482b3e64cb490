import { PromiscError } from "../errors.js";

/** Why something in one network namespace failed, in words; throws what is a fault of this program. */
export function reasonOf(error: unknown): string {
  if (isFailure(error)) return error.message;
  throw error;
}

/** The same for what has to go on whatever it is. */
export function anyReasonOf(error: unknown): string {
  if (isFailure(error)) return error.message;
  const stack = error instanceof Error ? error.stack : String(error);
  return `a fault in promisc itself, please report it: ${stack}`;
}

function isFailure(error: unknown): error is Error {
  return error instanceof PromiscError || (error as NodeJS.ErrnoException).syscall !== undefined;
}
