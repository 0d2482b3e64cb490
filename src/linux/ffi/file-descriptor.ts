import { readFileSync } from "node:fs";
import { type Capability, check } from "./errno.js";
import * as libc from "./libc.js";
import { SOCK_CLOEXEC } from "./socket-constants.js";

/** The sole owner of a file descriptor, which is closed when this object is disposed of. */
export class FileDescriptor implements Disposable {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * Opens a socket (socket(2)). It is closed on exec, so that no child process keeps it open.
   * @param operation what the socket is for, as a phrase that follows "cannot" in the error
   */
  static socket(
    domain: number,
    type: number,
    protocol: number,
    operation: string,
    needs?: Capability,
  ): FileDescriptor {
    return new FileDescriptor(
      check(libc.socket(domain, type | SOCK_CLOEXEC, protocol), operation, { needs }),
    );
  }

  /** Takes ownership of a descriptor that a system call returned. */
  static adopt(fd: number): FileDescriptor {
    return new FileDescriptor(fd);
  }

  get number(): number {
    return this.#fd;
  }

  [Symbol.dispose](): void {
    if (this.#fd < 0) return;
    libc.close(this.#fd);
    this.#fd = -1;
  }
}

/** Returns how many files this process may have open: RLIMIT_NOFILE (getrlimit(2), proc(5)). */
export function descriptorLimit(): number {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
  return soft === undefined || soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}

/**
 * Returns a path to what a process has open as a descriptor (proc_pid_fd(5)).
 * @param pid `thread-self` if the calling thread may have descriptors of its own
 */
export function descriptorPath(fd: number, pid: number | "self" | "thread-self" = "self"): string {
  return `/proc/${pid}/fd/${fd}`;
}
