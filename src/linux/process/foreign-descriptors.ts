import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";

// asm-generic/unistd.h: the same numbers on all architectures
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;

/** The descriptors of another process, which can be duplicated into this one (pidfd_getfd(2)). */
export class ForeignDescriptors implements Disposable {
  readonly #process: FileDescriptor;

  private constructor(process: FileDescriptor) {
    this.#process = process;
  }

  /** Refers to a process (pidfd_open(2)). Returns undefined if the kernel refuses, with the reason in `errno`. */
  static of(pid: number): ForeignDescriptors | undefined {
    const pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0);
    return pidfd < 0 ? undefined : new ForeignDescriptors(FileDescriptor.adopt(pidfd));
  }

  /**
   * Duplicates a descriptor of the process, which is closed on exec. Needs CAP_SYS_PTRACE over the process.
   * @returns undefined if the kernel refuses, with the reason in `errno`
   */
  duplicate(fd: number): FileDescriptor | undefined {
    const duplicate = libc.syscall(SYS_PIDFD_GETFD, this.#process.number, fd, 0);
    return duplicate < 0 ? undefined : FileDescriptor.adopt(duplicate);
  }

  [Symbol.dispose](): void {
    this.#process[Symbol.dispose]();
  }
}
