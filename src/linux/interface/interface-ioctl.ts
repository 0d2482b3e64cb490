import { AF_INET } from "../../wire/kernel/address-family.js";
import {
  IFREQ_SIZE,
  readIfreq,
  SIOCETHTOOL,
  SIOCGIFFLAGS,
  SIOCSIFADDR,
  SIOCSIFFLAGS,
  SIOCSIFHWADDR,
  SIOCSIFNETMASK,
  writeDataIfreq,
  writeHardwareIfreq,
  writeIfreq,
  writeInetIfreq,
} from "../../wire/kernel/ifreq.js";
import { check } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { MemoryMapping } from "../ffi/memory-mapping.js";
import { SOCK_DGRAM } from "../ffi/socket-constants.js";

/** linux/ethtool.h: the command of `SIOCETHTOOL` that reads whether a link is detected, as a `struct ethtool_value`. */
const ETHTOOL_GLINK = 0x0a;

/**
 * Reads and sets an interface's properties by ioctl (netdevice(7)). Interfaces are given by name, any socket will do,
 * and flags are the lowest 16 bits of `IFF_*`.
 */
export class InterfaceIoctl implements Disposable {
  readonly #socket = FileDescriptor.socket(AF_INET, SOCK_DGRAM, 0, "open a socket for ioctl");

  /** Reads the flags (`SIOCGIFFLAGS`). Needs no privilege. */
  flags(name: string, operation: string): number {
    return readIfreq(this.#request(SIOCGIFFLAGS, name, 0, operation)).flags;
  }

  /** Replaces all flags that can be set (`SIOCSIFFLAGS`). Needs CAP_NET_ADMIN. */
  setFlags(name: string, flags: number, operation: string): void {
    this.#request(SIOCSIFFLAGS, name, flags, operation);
  }

  /** Sets the address of an Ethernet interface (`SIOCSIFHWADDR`). Needs CAP_NET_ADMIN. */
  setHardwareAddress(name: string, address: Uint8Array, operation: string): void {
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeHardwareIfreq(name, address, ifreq);
    this.#send(SIOCSIFHWADDR, ifreq, operation);
  }

  /** Sets the IPv4 address of an interface (`SIOCSIFADDR` and `SIOCSIFNETMASK`). Needs CAP_NET_ADMIN. */
  setAddress(name: string, address: Uint8Array, netmask: Uint8Array, operation: string): void {
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeInetIfreq(name, address, ifreq);
    this.#send(SIOCSIFADDR, ifreq, operation);
    writeInetIfreq(name, netmask, ifreq);
    this.#send(SIOCSIFNETMASK, ifreq, operation);
  }

  /**
   * Asks the driver whether it detects a link (`ETHTOOL_GLINK`). Needs no privilege.
   * @throws PromiscError `EOPNOTSUPP` if the driver doesn't know, `ENODEV` without such an interface
   */
  hasLink(name: string, operation: string): boolean {
    using memory = MemoryMapping.anonymous(8, operation);
    const value = new Uint32Array(memory.buffer, 0, 2);
    value[0] = ETHTOOL_GLINK;
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeDataIfreq(name, BigInt(memory.address), ifreq);
    this.#send(SIOCETHTOOL, ifreq, operation);
    return value[1] !== 0;
  }

  #request(request: number, name: string, flags: number, operation: string): Uint8Array {
    const ifreq = new Uint8Array(IFREQ_SIZE);
    writeIfreq({ name, flags }, ifreq);
    this.#send(request, ifreq, operation);
    return ifreq;
  }

  #send(request: number, ifreq: Uint8Array, operation: string): void {
    check(libc.ioctl(this.#socket.number, request, ifreq), operation, {
      needs: "CAP_NET_ADMIN",
      request: ifreq,
    });
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
