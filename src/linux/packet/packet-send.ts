import { AF_PACKET } from "../../wire/kernel/address-family.js";
import { SOCKADDR_LL_SIZE, writeLinkAddress } from "../../wire/kernel/socket-address.js";
import { check, EAGAIN, ENOBUFS } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { MSG_DONTWAIT, SOCK_RAW } from "../ffi/socket-constants.js";

/** Sends frames, whole with their link-level header, by a packet(7) socket of protocol 0: it receives nothing. */
export class PacketSender implements Disposable {
  readonly #descriptor: FileDescriptor;
  readonly #address = new Uint8Array(SOCKADDR_LL_SIZE);
  readonly #operation: string;

  /** @param operation what it is for, after "cannot" in an error; needs CAP_NET_RAW */
  constructor(index: number, operation: string) {
    this.#operation = operation;
    this.#descriptor = FileDescriptor.socket(AF_PACKET, SOCK_RAW, 0, operation, "CAP_NET_RAW");
    writeLinkAddress(0, index, this.#address);
  }

  /** @throws PromiscError `ENETDOWN`, `EMSGSIZE` for more than the MTU and a header, `no-interface`, `ENOBUFS` */
  send(frame: Uint8Array): void {
    const { number } = this.#descriptor;
    check(libc.sendto(number, frame, frame.length, 0, this.#address, this.#address.length), this.#operation);
  }

  /**
   * Sends a frame if there is room for it, and doesn't wait.
   * @returns whether it was sent
   * @throws PromiscError as {@link send} does, but for `ENOBUFS`
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
