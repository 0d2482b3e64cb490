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

/** The file of a process's network namespace. */
export function namespaceOf(pid: number | string): string {
  return `/proc/${pid}/ns/net`;
}

/** A network namespace that is open, and so stays reachable until this is disposed of (network_namespaces(7)). */
export class NetworkNamespace implements Disposable {
  readonly fd: number;
  /** The namespace's inode number: `net:[4026531840]`. It is what names it, on one machine at one time. */
  readonly inode: number;

  constructor(fd: number) {
    this.fd = fd;
    this.inode = fstatSync(fd).ino;
  }

  /**
   * @param path `/proc/PID/ns/net`, or a file that a namespace is bound to
   * @throws as openSync does; PromiscError for a file that no network namespace is bound to, as `ip netns add` makes it first
   */
  static open(path: string): NetworkNamespace {
    const fd = openSync(path, "r");
    if (libc.ioctl(fd, NS_GET_NSTYPE, null) === CLONE_NEWNET) return new NetworkNamespace(fd);
    closeSync(fd);
    throw usageError(`open network namespace ${path}`, "it is none");
  }

  /**
   * Makes a new one, which nothing but this keeps alive: it is gone when this is disposed of, and whatever ends the
   * process.
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

  /** The calling thread's own. @throws PromiscError `kernel`, with too many files open for example */
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
      // To go on in the wrong namespace would be worse than to end.
      if (libc.setns(home.fd, CLONE_NEWNET) !== 0) process.abort();
    }
  }

  /**
   * Whether it belongs to this process's own user namespace or one above, so that who made it was privileged there. Any user
   * can make a user namespace, and network namespaces that belong to that.
   */
  get isPrivileged(): boolean {
    const owner = libc.ioctl(this.fd, NS_GET_USERNS, null);
    // Of a user namespace above this one the kernel gives no descriptor (ioctl_ns(2)).
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
