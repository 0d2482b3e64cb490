import { IFREQ_SIZE, readIfreq, writeIfreq } from "../wire/ifreq.js";
import { check } from "./errno.js";
import { AF_INET, FileDescriptor, SOCK_DGRAM } from "./file-descriptor.js";
import * as libc from "./libc.js";

// linux/sockios.h
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;

/** An interface's flags by netdevice(7): the lowest 16 bits of `IFF_*`, by name, on any socket. */
export class InterfaceIoctl implements Disposable {
  readonly #socket = FileDescriptor.socket(AF_INET, SOCK_DGRAM, 0, "open a socket for ioctl");

  /** `SIOCGIFFLAGS`. Anyone may ask. */
  flags(name: string, operation: string): number {
    return readIfreq(this.#request(SIOCGIFFLAGS, name, 0, operation)).flags;
  }

  /** `SIOCSIFFLAGS`: replaces all flags that can be set. Needs CAP_NET_ADMIN. */
  setFlags(name: string, flags: number, operation: string): void {
    this.#request(SIOCSIFFLAGS, name, flags, operation);
  }

  #request(request: number, name: string, flags: number, operation: string): Uint8Array {
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeIfreq({ name, flags }, ifreq);
    check(libc.ioctl(this.#socket.number, request, ifreq), operation, {
      needs: "CAP_NET_ADMIN",
      request: ifreq,
    });
    return ifreq;
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
