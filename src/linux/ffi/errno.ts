import { constants } from "node:os";
import { type Errno, PromiscError, type RefusedAttribute } from "../../errors.js";
import { present } from "../../present.js";
import { capabilityRemedy } from "./capability-remedy.js";
import * as libc from "./libc.js";

export const { EACCES, EADDRINUSE, EAGAIN, ECONNREFUSED, EHOSTUNREACH, EINTR, EINVAL } = constants.errno;
export const { ELOOP, EMFILE, EMSGSIZE, ENETDOWN, ENETUNREACH, ENFILE, ENOBUFS, ENODEV } = constants.errno;
export const { ENOENT, ENOMEM, ENOSYS, ENXIO, EOPNOTSUPP, EPERM, EPIPE, EPROTONOSUPPORT } = constants.errno;

/** The capabilities that promisc's operations need (capabilities(7)). */
export type Capability = "CAP_NET_ADMIN" | "CAP_NET_BIND_SERVICE" | "CAP_NET_RAW" | "CAP_SYS_ADMIN";

/** Returns an errno with its name, and its text from strerror(3). */
export function describeErrno(number: number): Errno {
  // ENOTSUP is the C library's second name for EOPNOTSUPP.
  const name = Object.entries(constants.errno).find(
    ([name, value]) => value === number && name !== "ENOTSUP",
  )?.[0];
  return { number, name: name ?? `errno ${number}`, text: libc.strerror(number) };
}

export interface KernelErrorDetails {
  /** What was attempted, as a phrase that follows "cannot". */
  readonly operation: string;
  /** Positive errno. */
  readonly errno: number;
  /** The capability that is missing if the kernel returns `EPERM` or `EACCES`. */
  readonly needs?: Capability | undefined;
  /** The kernel's own explanation, if it gave one (`NETLINK_EXT_ACK`). */
  readonly reason?: string | undefined;
  /** The request's bytes. */
  readonly request?: Uint8Array | undefined;
  /** The attribute of it that the kernel refused, if the kernel said so. */
  readonly attribute?: RefusedAttribute | undefined;
  /** Node's own error. */
  readonly cause?: unknown;
}

/** Returns the error for a system call or netlink request that the kernel refused. */
export function kernelError({
  operation,
  errno,
  needs,
  reason,
  request,
  attribute,
  cause,
}: KernelErrorDetails): PromiscError {
  const details = {
    operation,
    errno: describeErrno(errno),
    ...present({ reason, request, attribute, cause }),
  };
  if (errno === EPERM || errno === EACCES)
    return new PromiscError({
      ...details,
      code: "privilege",
      hint: needs
        ? `needs ${needs} in this network namespace: ${capabilityRemedy([needs])}, or see promisc doctor for other ways`
        : "run it with sudo",
    });
  if (errno === ENODEV || errno === ENXIO)
    return new PromiscError({
      ...details,
      code: "no-interface",
      hint: "the interface doesn't exist (any more): promisc lists those that do",
    });
  if (errno === EMFILE)
    return new PromiscError({
      ...details,
      code: "kernel",
      hint: "this process has as many files open as it may have: ulimit -n raises that",
    });
  return new PromiscError({ ...details, code: "kernel" });
}

/** Returns a system call's result. Throws a {@link kernelError} with the current errno if it is negative. */
export function check(
  result: number,
  operation: string,
  context: Pick<KernelErrorDetails, "needs" | "request"> = {},
): number {
  if (result >= 0) return result;
  throw kernelError({ operation, errno: libc.errno(), ...context });
}

/** Returns the errno of a failed node:fs operation; undefined for any other error. */
export function errnoOf(error: unknown): Errno | undefined {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  // Those of node:fs and node:net are negative, those of process.setuid() and the like positive; zlib's are none.
  return typeof errno === "number" && errno !== 0 && syscall !== undefined
    ? describeErrno(Math.abs(errno))
    : undefined;
}

/** Returns whether an error is the kernel's, with the given errno. */
export function hasErrno(error: unknown, errno: number): boolean {
  return error instanceof PromiscError && error.errno?.number === errno;
}
