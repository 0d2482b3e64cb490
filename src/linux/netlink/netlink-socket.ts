import { AF_NETLINK } from "../../wire/kernel/address-family.js";
import { netlinkPortId, SOCKADDR_NL_SIZE, writeNetlinkAddress } from "../../wire/kernel/socket-address.js";
import { check, EAGAIN } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import {
  MSG_DONTWAIT,
  MSG_TRUNC,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
} from "../ffi/socket-constants.js";

// linux/netlink.h
export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;
export const NETLINK_NETFILTER = 12;
export const NETLINK_GENERIC = 16;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;

/** The longest dump datagram that the kernel sends, unless a single message is longer (netlink(7)). */
export const RECEIVE_SIZE = 32 * 1024;

/**
 * Memory for the datagrams of all sockets. Each datagram gets a part of its own, because messages keep views of it.
 * Thousands of sockets can be open at a time, and with a buffer each they would all need room for the longest datagram.
 */
let slab = new Uint8Array(0);

/** One datagram from the kernel. */
export interface Datagram {
  /** The bytes received, in memory that isn't reused. */
  readonly bytes: Uint8Array;
  /** The datagram's real length in bytes; greater than that of `bytes` if it was truncated. */
  readonly length: number;
}

/** The transport between netlink requests and the kernel. Tests replace it by a scripted kernel. */
export interface NetlinkTransport extends Disposable {
  /** @throws PromiscError with the errno */
  send(datagram: Uint8Array): void;
  /** @throws PromiscError with the errno, for example `ENOBUFS` if the kernel had to drop messages */
  receive(): Datagram;
}

/** A blocking netlink(7) socket. */
export class NetlinkSocket implements NetlinkTransport {
  readonly #descriptor: FileDescriptor;
  readonly #receiveSize: number;
  readonly #sender = new Uint8Array(SOCKADDR_NL_SIZE);
  readonly #senderLength = new Uint32Array(1);

  /**
   * @param protocol `NETLINK_*`
   * @param options `groups`: bits of the multicast groups to join (`nl_groups`); `bufferSize`: how many unread bytes
   *   the kernel keeps, 0 for the system's default; `receiveSize`: the longest datagram that is received completely, in
   *   bytes
   */
  constructor(protocol: number, { groups = 0, bufferSize = 0, receiveSize = RECEIVE_SIZE } = {}) {
    this.#receiveSize = receiveSize;
    this.#descriptor = FileDescriptor.socket(AF_NETLINK, SOCK_RAW, protocol, "open a netlink socket");
    try {
      // Old kernels lack some of these options. Nothing depends on them.
      for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK])
        libc.setsockopt(this.#descriptor.number, SOL_NETLINK, option, new Int32Array([1]), 4);
      if (bufferSize > 0) this.#setBufferSize(bufferSize);
      const address = new Uint8Array(SOCKADDR_NL_SIZE);
      writeNetlinkAddress(groups, address);
      check(libc.bind(this.#descriptor.number, address, address.length), "bind a netlink socket");
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Sets the size of the receive buffer. Without CAP_NET_ADMIN, `net.core.rmem_max` limits it. */
  #setBufferSize(bytes: number): void {
    for (const option of [SO_RCVBUF, SO_RCVBUFFORCE])
      libc.setsockopt(this.#descriptor.number, SOL_SOCKET, option, new Int32Array([bytes]), 4);
  }

  send(datagram: Uint8Array): void {
    check(
      libc.sendto(this.#descriptor.number, datagram, datagram.length, 0, null, 0),
      "send a netlink request",
    );
  }

  receive(): Datagram {
    return this.#receive(0) as Datagram;
  }

  /** Returns the next waiting datagram, or undefined if there is none. */
  receiveWaiting(): Datagram | undefined {
    return this.#receive(MSG_DONTWAIT);
  }

  #receive(flags: number): Datagram | undefined {
    for (;;) {
      if (slab.length < this.#receiveSize) slab = new Uint8Array(this.#receiveSize * 4);
      this.#senderLength[0] = SOCKADDR_NL_SIZE;
      const result = libc.recvfrom(
        this.#descriptor.number,
        slab,
        this.#receiveSize,
        MSG_TRUNC | flags,
        this.#sender,
        this.#senderLength,
      );
      if (result < 0 && flags & MSG_DONTWAIT && libc.errno() === EAGAIN) return undefined;
      const length = check(result, "receive a netlink reply");
      // Other processes can send to this socket too; only port 0 is the kernel.
      if (netlinkPortId(this.#sender) !== 0) continue;
      const received = Math.min(length, this.#receiveSize);
      const bytes = slab.subarray(0, received);
      slab = slab.subarray((received + 7) & ~7);
      return { bytes, length };
    }
  }

  /** Calls `onReadable` from the event loop whenever a datagram is waiting. */
  watch(onReadable: () => void): libc.Watch {
    return libc.watchReadable(this.#descriptor.number, onReadable);
  }

  [Symbol.dispose](): void {
    this.#descriptor[Symbol.dispose]();
  }
}
