import { AF_PACKET } from "../../wire/kernel/address-family.js";
import {
  PACKET_ADD_MEMBERSHIP,
  PACKET_MR_PROMISC,
  PACKET_MREQ_SIZE,
  writePacketMreq,
} from "../../wire/kernel/packet-mreq.js";
import { check } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { SOCK_RAW, SOL_PACKET } from "../ffi/socket-constants.js";

/** A packet(7) socket with protocol 0: it receives nothing, and so costs the kernel nothing per frame. */
export class MembershipSocket implements Disposable {
  readonly #descriptor: FileDescriptor;

  /**
   * @param operation what the socket is for, as a phrase that follows "cannot" in the error
   * @throws PromiscError `privilege` without CAP_NET_RAW
   */
  constructor(operation: string) {
    this.#descriptor = FileDescriptor.socket(AF_PACKET, SOCK_RAW, 0, operation, "CAP_NET_RAW");
  }

  /**
   * Makes an interface promiscuous as long as this socket is open (`PACKET_ADD_MEMBERSHIP` with `PACKET_MR_PROMISC`).
   */
  joinPromiscuous(index: number, operation: string): void {
    const request = new Uint8Array(PACKET_MREQ_SIZE);
    writePacketMreq({ index, type: PACKET_MR_PROMISC, address: new Uint8Array(0) }, request);
    check(
      libc.setsockopt(this.#descriptor.number, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, request.length),
      operation,
      { request },
    );
  }

  [Symbol.dispose](): void {
    this.#descriptor[Symbol.dispose]();
  }
}
