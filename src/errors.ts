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

/** The attribute of a netlink request that the kernel refused. */
export interface RefusedAttribute {
  /** The offset of the attribute's header in {@link PromiscError.request}, in bytes (`NLMSGERR_ATTR_OFFS`). */
  readonly offset: number;
  /** Its name in the kernel's headers, for example `IFLA_MTU`, if known. */
  readonly name?: string;
}

/** What a {@link PromiscError} is made of. */
export interface PromiscErrorDetails {
  readonly code: PromiscErrorCode;
  /** What was attempted, as a phrase that follows "cannot": "set promiscuous mode on eth0". */
  readonly operation: string;
  /** Why it failed, if there is no errno or if the errno doesn't say enough. */
  readonly reason?: string;
  readonly errno?: Errno;
  /** Whether the message leaves the errno out, because the reason says the same in better words. Defaults to false. */
  readonly onlyReason?: boolean;
  /** What the user can do about it, in one line. */
  readonly hint?: string;
  /** The bytes that the kernel refused: a netlink message, or the argument of an ioctl or a socket option. */
  readonly request?: Uint8Array;
  /** The attribute of the request that the kernel refused, if it said so. */
  readonly attribute?: RefusedAttribute;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The error that promisc throws for every failure: what was attempted, what the kernel answered, and what to do next.
 *
 * `code` is the kind of failure. `errno` tells failures of the same kind apart, for example a full disk (`ENOSPC`) from an
 * interface that is down (`ENETDOWN`); every error that the kernel caused has one. `cause` is the error that led to this one,
 * as in errors of Node.js: if an operation of node:fs failed, Node's own error.
 */
export class PromiscError extends Error {
  override readonly name = "PromiscError";
  /** The kind of failure; stable, so that programs can branch on it. */
  readonly code: PromiscErrorCode;
  /** What was asked, as a phrase after "cannot". */
  readonly operation: string;
  /** What the kernel returned, if the kernel caused the error. */
  declare readonly errno?: Errno;
  /** What the user can do about it, in one line. */
  declare readonly hint?: string;
  /** The bytes that the kernel refused: a netlink message, or the argument of an ioctl or a socket option. */
  declare readonly request?: Uint8Array;
  /** The attribute of a netlink request that the kernel refused, if it said so. */
  declare readonly attribute?: RefusedAttribute;

  constructor(details: PromiscErrorDetails) {
    const { errno, reason, onlyReason = false } = details;
    const answer = errno && !onlyReason && `${errno.text} (${errno.name})`;
    super(
      `cannot ${details.operation}: ${[answer, reason].filter(Boolean).join(": ")}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = details.code;
    this.operation = details.operation;
    if (errno) this.errno = errno;
    if (details.hint !== undefined) this.hint = details.hint;
    if (details.request) this.request = details.request;
    if (details.attribute) this.attribute = details.attribute;
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
