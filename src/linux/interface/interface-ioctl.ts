import { IFREQ_SIZE, readIfreq, writeIfreq } from "../../wire/kernel/ifreq.js";
import { check } from "../ffi/errno.js";
import { AF_INET, FileDescriptor, SOCK_DGRAM } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";

// linux/sockios.h
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCSIFADDR = 0x8916;
const SIOCSIFNETMASK = 0x891c;
const SIOCSIFHWADDR = 0x8924;
// linux/if_arp.h
const ARPHRD_ETHER = 1;
/** Where the data of the address in an `ifreq` begins, behind the name and the family. */
const ADDRESS_DATA = 18;

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

  /** `SIOCSIFHWADDR`: gives an Ethernet interface another address. Needs CAP_NET_ADMIN. */
  setHardwareAddress(name: string, address: Uint8Array, operation: string): void {
    this.#setAddress(SIOCSIFHWADDR, name, ARPHRD_ETHER, address, operation);
  }

  /** `SIOCSIFADDR` and `SIOCSIFNETMASK`: gives an interface an IPv4 address. Needs CAP_NET_ADMIN. */
  setAddress(name: string, address: Uint8Array, netmask: Uint8Array, operation: string): void {
    // sockaddr_in: the port before the address.
    this.#setAddress(SIOCSIFADDR, name, AF_INET, Buffer.concat([Buffer.alloc(2), address]), operation);
    this.#setAddress(SIOCSIFNETMASK, name, AF_INET, Buffer.concat([Buffer.alloc(2), netmask]), operation);
  }

  /** An `ifreq` with a `sockaddr` of a family. */
  #setAddress(request: number, name: string, family: number, data: Uint8Array, operation: string): void {
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeIfreq({ name, flags: family }, ifreq);
    ifreq.set(data, ADDRESS_DATA);
    check(libc.ioctl(this.#socket.number, request, ifreq), operation, {
      needs: "CAP_NET_ADMIN",
      request: ifreq,
    });
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
