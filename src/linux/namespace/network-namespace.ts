import { closeSync, fstatSync, openSync } from "node:fs";
import { usageError } from "../../errors.js";
import { check, EPERM } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { fileError } from "../file/file-error.js";
import { ownUserNamespace } from "../process/own-namespaces.js";

// linux/sched.h
const CLONE_NEWNET = 0x40000000;
// linux/nsfs.h
const NS_GET_USERNS = 0xb701;
const NS_GET_NSTYPE = 0xb703;

/** The file of the calling thread's network namespace (proc(5)). */
export const OWN_NAMESPACE = "/proc/thread-self/ns/net";

/** Returns the file of a process's network namespace. */
export function namespaceOf(pid: number | string): string {
  return `/proc/${pid}/ns/net`;
}

/** An open network namespace, which stays reachable until this object is disposed of (network_namespaces(7)). */
export class NetworkNamespace implements Disposable {
  readonly fd: number;
  /** The namespace's inode number, as in `net:[4026531840]`. It identifies the namespace as long as that exists. */
  readonly inode: number;

  constructor(fd: number) {
    this.fd = fd;
    this.inode = fstatSync(fd).ino;
  }

  /**
   * Opens a network namespace.
   * @param path `/proc/PID/ns/net`, or a file to which a namespace is bound
   * @throws as openSync does; PromiscError if no network namespace is bound to the file, as is the case for a moment
   *   while `ip netns add` creates it
   */
  static open(path: string): NetworkNamespace {
    const fd = openSync(path, "r");
    if (libc.ioctl(fd, NS_GET_NSTYPE, null) === CLONE_NEWNET) return new NetworkNamespace(fd);
    closeSync(fd);
    throw usageError(`open network namespace ${path}`, "it isn't a network namespace");
  }

  /**
   * Creates a network namespace that nothing else keeps alive: it disappears when this object is disposed of, or the
   * process ends for any reason.
   * @throws PromiscError `privilege` without CAP_SYS_ADMIN
   */
  static create(): NetworkNamespace {
    using home = NetworkNamespace.current();
    check(libc.unshare(CLONE_NEWNET), "make a network namespace", { needs: "CAP_SYS_ADMIN" });
    try {
      return NetworkNamespace.current();
    } finally {
      if (libc.setns(home.fd, CLONE_NEWNET) !== 0) process.abort();
    }
  }

  /**
   * Opens the calling thread's network namespace.
   * @throws PromiscError `kernel`, for example if too many files are open
   */
  static current(): NetworkNamespace {
    try {
      return NetworkNamespace.open(OWN_NAMESPACE);
    } catch (error) {
      throw fileError("open this thread's network namespace", error);
    }
  }

  /**
   * Runs `action` with the calling thread in this namespace. It is synchronous, so that no other code ever runs there.
   * @throws PromiscError `privilege` without CAP_SYS_ADMIN over the namespace
   */
  enter<Result>(action: () => Result): Result {
    using home = NetworkNamespace.current();
    if (home.inode === this.inode) return action();
    check(libc.setns(this.fd, CLONE_NEWNET), "enter a network namespace", { needs: "CAP_SYS_ADMIN" });
    try {
      return action();
    } finally {
      // Continuing in the wrong namespace would be worse than ending the process.
      if (libc.setns(home.fd, CLONE_NEWNET) !== 0) process.abort();
    }
  }

  /**
   * Whether the namespace belongs to this process's user namespace or to one of its ancestors, so that its creator was
   * privileged there. Any user can create a user namespace, and network namespaces that belong to it.
   */
  get isPrivileged(): boolean {
    const owner = libc.ioctl(this.fd, NS_GET_USERNS, null);
    // The kernel gives no descriptor of an ancestor's user namespace (ioctl_ns(2)).
    if (owner < 0) return libc.errno() === EPERM;
    try {
      return fstatSync(owner).ino === ownUserNamespace();
    } finally {
      closeSync(owner);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
