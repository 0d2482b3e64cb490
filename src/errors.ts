import { present } from "./present.js";

/**
 * The kind of a failure. The names are stable, so that programs can branch on them.
 *
 * - `usage`: the request itself is wrong (a malformed name, options that exclude each other)
 * - `privilege`: the kernel refused because a capability is missing
 * - `no-interface`: the interface doesn't exist, or no longer exists
 * - `kernel`: the kernel refused for another reason
 * - `malformed`: bytes that don't follow their format
 * - `platform`: the system isn't Linux
 */
export type PromiscErrorCode = "usage" | "privilege" | "no-interface" | "kernel" | "malformed" | "platform";

/** An errno that the kernel returned, with its `errno.h` name and its `strerror(3)` text. */
export interface Errno {
  /** The positive errno. */
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** What a {@link PromiscError} is made of. */
export interface PromiscErrorDetails {
  readonly code: PromiscErrorCode;
  /** What was attempted, as a phrase that follows "cannot": "set promiscuous mode on eth0". */
  readonly operation: string;
  /** Why it failed, if there is no errno or if the errno doesn't say enough. */
  readonly reason?: string;
  readonly errno?: Errno;
  /** What the user can do about it, in one line. */
  readonly hint?: string;
  /** The bytes that the kernel refused: a netlink message, or the argument of an ioctl or a socket option. */
  readonly request?: Uint8Array;
  readonly cause?: unknown;
}

/**
 * The error that promisc throws for every failure: what was attempted, what the kernel answered, and what to do next.
 */
export class PromiscError extends Error {
  override readonly name = "PromiscError";
  readonly code: PromiscErrorCode;
  readonly operation: string;
  readonly errno?: Errno;
  readonly hint?: string;
  readonly request?: Uint8Array;

  constructor(details: PromiscErrorDetails) {
    const { errno, reason } = details;
    const answer = errno && `${errno.text} (${errno.name})`;
    super(
      `cannot ${details.operation}: ${[answer, reason].filter(Boolean).join(": ")}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = details.code;
    this.operation = details.operation;
    if (errno) this.errno = errno;
    if (details.hint !== undefined) this.hint = details.hint;
    if (details.request) this.request = details.request;
  }
}

/**
 * Returns the error for a request that is itself wrong.
 * @param operation what was attempted, as a phrase that follows "cannot"
 * @param reason what is wrong with the request
 * @param hint what to do instead, in one line
 */
export function usageError(operation: string, reason: string, hint?: string, cause?: unknown): PromiscError {
  return new PromiscError({ code: "usage", operation, reason, ...present({ hint, cause }) });
}
