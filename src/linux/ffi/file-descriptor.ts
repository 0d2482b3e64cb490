import { type Capability, check } from "./errno.js";
import * as libc from "./libc.js";
import { SOCK_CLOEXEC } from "./socket-constants.js";

/** The one owner of a file descriptor, which is closed when this is disposed of. */
export class FileDescriptor implements Disposable {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * socket(2), closed on exec so that no child process keeps it open.
   * @param operation what the socket is for, after "cannot" in the error
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

  /** Takes over a descriptor that a system call just made. */
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
