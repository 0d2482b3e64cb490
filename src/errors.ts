import { present } from "./present.js";

/**
 * What kind of failure it is; stable, so that programs can branch on it.
 *
 * - `usage`: the request itself is wrong (a malformed name, options that exclude each other)
 * - `privilege`: the kernel refused for want of a capability
 * - `no-interface`: the interface doesn't exist, or doesn't any more
 * - `kernel`: the kernel refused for another reason
 * - `malformed`: bytes that don't follow their format
 * - `platform`: not Linux
 */
export type PromiscErrorCode = "usage" | "privilege" | "no-interface" | "kernel" | "malformed" | "platform";

/** An errno as the kernel returned it, with its `errno.h` name and its `strerror(3)` text. */
export interface Errno {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

export interface PromiscErrorDetails {
  readonly code: PromiscErrorCode;
  /** What was asked, as a phrase after "cannot": "set promiscuous mode on eth0". */
  readonly operation: string;
  /** Why not, when no errno says it or to add to what the errno says. */
  readonly reason?: string;
  readonly errno?: Errno;
  /** What to do next, one line. */
  readonly hint?: string;
  /** The bytes that the kernel refused: a netlink message, or the argument of an ioctl or a socket option. */
  readonly request?: Uint8Array;
  readonly cause?: unknown;
}

/** Every failure of promisc is one of these: what was asked, what the kernel said, what to do next. */
export class PromiscError extends Error {
  override readonly name = "PromiscError";
  readonly code: PromiscErrorCode;
  readonly operation: string;
  readonly errno?: Errno;
  readonly hint?: string;
  readonly request?: Uint8Array;

  constructor(details: PromiscErrorDetails) {
    const { errno, reason } = details;
    const said = errno && `${errno.text} (${errno.name})`;
    super(
      `cannot ${details.operation}: ${[said, reason].filter(Boolean).join(": ")}`,
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
 * The error of a request that is wrong in itself.
 * @param operation what was asked, as a phrase after "cannot"
 * @param reason what is wrong with it
 * @param hint what to do instead, one line
 */
export function usageError(operation: string, reason: string, hint?: string, cause?: unknown): PromiscError {
  return new PromiscError({ code: "usage", operation, reason, ...present({ hint, cause }) });
}
