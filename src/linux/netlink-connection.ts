import { PromiscError } from "../errors.js";
import { malformed } from "../wire/bytes.js";
import { type NetlinkError, readDone, readError } from "../wire/netlink/error.js";
import {
  messageSize,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  readMessages,
  writeMessage,
} from "../wire/netlink/message.js";
import { type Capability, EINTR, ENOBUFS, hasErrno, kernelError } from "./errno.js";
import { type NetlinkTransport, RECEIVE_SIZE } from "./netlink-socket.js";

/** Opens a transport that receives datagrams of up to `receiveSize` bytes whole. */
export type OpenTransport = (receiveSize: number) => NetlinkTransport;

/** A message to the kernel, and how to speak of it when it fails. */
export interface NetlinkRequest {
  /** What is asked, after "cannot" in an error. */
  readonly operation: string;
  /** `nlmsg_type`. */
  readonly type: number;
  readonly payload: Uint8Array;
  readonly needs?: Capability;
}

/** How often a read is tried that the kernel spoiled: on a machine where interfaces come and go all the time. */
const TRIES = 20;

/** Requests and their replies (netlink(7)): matched by sequence number, repeated when the kernel says they are incomplete. */
export class NetlinkConnection implements Disposable {
  readonly #open: OpenTransport;
  #transport: NetlinkTransport;
  #receiveSize = RECEIVE_SIZE;
  #sequence = 0;

  constructor(open: OpenTransport) {
    this.#open = open;
    this.#transport = open(this.#receiveSize);
  }

  /** Asks for a change, and returns when the kernel has acknowledged it. It is never sent twice. */
  change(request: NetlinkRequest): void {
    const reply = this.#exchange(request, NLM_F_ACK);
    if (reply === "spoiled")
      throw kernelError({
        operation: request.operation,
        errno: ENOBUFS,
        reason: "the request or its acknowledgement was lost",
      });
  }

  /** Asks for one object. */
  get(request: NetlinkRequest): NetlinkMessage {
    const [reply] = this.#read(request, 0);
    if (!reply) throw malformed(`the reply to "${request.operation}"`, "it is empty");
    return reply;
  }

  /** Asks for all objects of a kind; consistent, as far as the kernel can tell. */
  dump(request: NetlinkRequest): NetlinkMessage[] {
    return this.#read(request, NLM_F_DUMP);
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  #read(request: NetlinkRequest, flags: number): NetlinkMessage[] {
    for (let tries = 0; tries < TRIES; tries++) {
      const reply = this.#exchange(request, flags);
      if (reply !== "spoiled") return reply;
      // What is left of the spoiled reply goes with its socket.
      this.#transport[Symbol.dispose]();
      this.#transport = this.#open(this.#receiveSize);
    }
    throw new PromiscError({
      code: "kernel",
      operation: request.operation,
      reason: `the kernel's answer changed while it was read, ${TRIES} times running`,
      hint: "interfaces are being made or removed all the time: try again",
    });
  }

  #exchange(
    { operation, type, payload, needs }: NetlinkRequest,
    flags: number,
  ): NetlinkMessage[] | "spoiled" {
    const sequence = ++this.#sequence;
    const message = { type, flags: NLM_F_REQUEST | flags, sequence, portId: 0, payload };
    const datagram = new Uint8Array(messageSize(message));
    writeMessage(message, datagram, 0);

    const refused = ({ errno, extended }: NetlinkError): PromiscError =>
      kernelError({ operation, errno, reason: extended.message, needs, request: datagram });

    try {
      this.#withoutInterruption(() => this.#transport.send(datagram));
      const reply: NetlinkMessage[] = [];
      for (;;) {
        const { bytes, length } = this.#withoutInterruption(() => this.#transport.receive());
        if (length > bytes.length) {
          this.#receiveSize = length;
          return "spoiled";
        }
        for (const received of readMessages(bytes)) {
          // A reply to a request that was given up.
          if (received.sequence !== sequence) continue;
          if (received.flags & NLM_F_DUMP_INTR) return "spoiled";
          if (received.type === NLMSG_NOOP) continue;
          if (received.type === NLMSG_ERROR) {
            const error = readError(received);
            if (error.errno !== 0) throw refused(error);
            return reply;
          }
          if (received.type === NLMSG_DONE) {
            const error = readDone(received);
            if (error.errno !== 0) throw refused(error);
            return reply;
          }
          reply.push(received);
          if (!(flags & (NLM_F_DUMP | NLM_F_ACK))) return reply;
        }
      }
    } catch (error) {
      if (hasErrno(error, ENOBUFS)) return "spoiled";
      throw error;
    }
  }

  #withoutInterruption<Result>(call: () => Result): Result {
    for (;;) {
      try {
        return call();
      } catch (error) {
        if (!hasErrno(error, EINTR)) throw error;
      }
    }
  }
}
