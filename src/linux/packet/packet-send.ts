import { AF_PACKET } from "../../wire/kernel/address-family.js";
import { SOCKADDR_LL_SIZE, writeLinkAddress } from "../../wire/kernel/socket-address.js";
import { check, EAGAIN, ENOBUFS } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { MSG_DONTWAIT, SOCK_RAW } from "../ffi/socket-constants.js";

/**
 * Sends complete frames, with their link-level header, by a packet(7) socket with protocol 0, which receives nothing.
 */
export class PacketSender implements Disposable {
  readonly #descriptor: FileDescriptor;
  readonly #address = new Uint8Array(SOCKADDR_LL_SIZE);
  readonly #operation: string;

  /**
   * @param operation what the frames are for, as a phrase that follows "cannot" in an error
   * @throws PromiscError `privilege` without CAP_NET_RAW
   */
  constructor(index: number, operation: string) {
    this.#operation = operation;
    this.#descriptor = FileDescriptor.socket(AF_PACKET, SOCK_RAW, 0, operation, "CAP_NET_RAW");
    writeLinkAddress(0, index, this.#address);
  }

  /**
   * Sends a frame.
   * @throws PromiscError with the errno `ENETDOWN`, `EMSGSIZE` (larger than the MTU and a header) or `ENOBUFS`;
   *   `no-interface` if the interface is gone
   */
  send(frame: Uint8Array): void {
    const { number } = this.#descriptor;
    check(libc.sendto(number, frame, frame.length, 0, this.#address, this.#address.length), this.#operation);
  }

  /**
   * Sends a frame if there is room for it, without waiting.
   * @returns whether it was sent
   * @throws PromiscError as {@link send} does, except for `ENOBUFS`
   */
  trySend(frame: Uint8Array): boolean {
    const { number } = this.#descriptor;
    const address = this.#address;
    const result = libc.sendto(number, frame, frame.length, MSG_DONTWAIT, address, address.length);
    if (result < 0) {
      const errno = libc.errno();
      if (errno === EAGAIN || errno === ENOBUFS) return false;
    }
    check(result, this.#operation);
    return true;
  }

  [Symbol.dispose](): void {
    this.#descriptor[Symbol.dispose]();
  }
}
