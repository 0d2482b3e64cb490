import { PromiscError, type RefusedAttribute } from "../../errors.js";
import { present } from "../../present.js";
import { malformed } from "../../wire/bytes.js";
import { type NetlinkError, readDone, readError } from "../../wire/kernel/netlink/error.js";
import {
  messageSize,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  readMessages,
  writeMessage,
} from "../../wire/kernel/netlink/message.js";
import { type Capability, EINTR, ENOBUFS, hasErrno, kernelError } from "../ffi/errno.js";
import { type NetlinkTransport, RECEIVE_SIZE } from "./netlink-socket.js";

/** Opens a transport that receives datagrams of up to `receiveSize` bytes whole. */
export type OpenTransport = (receiveSize: number) => NetlinkTransport;

/** Returns the kernel's name of the attribute whose header is at `at` in a request's payload, if known. */
export type NameAttribute = (type: number, payload: Uint8Array, at: number) => string | undefined;

/** A message to the kernel, and how to describe it in an error. */
export interface NetlinkRequest {
  /** What is requested, as a phrase that follows "cannot" in an error. */
  readonly operation: string;
  /** `nlmsg_type`. */
  readonly type: number;
  readonly payload: Uint8Array;
  readonly needs?: Capability;
}

/**
 * How many times a read is tried if the kernel's reply is inconsistent, as happens on machines where interfaces come
 * and go all the time.
 */
const TRIES = 20;

/**
 * How long a dump is retried whose partial result is useful too, in milliseconds. A user who keeps changing thousands
 * of interfaces spoils every try, and must not cost more time than this.
 */
const PATIENCE_MS = 250;

/** How many messages of a dump are read between two looks at the clock. */
const CLOCK_SHARE = 64;

/** The result of a dump that may be incomplete. */
export interface PartialDump<Value> {
  readonly values: Value[];
  /**
   * Why the values may be incomplete or inconsistent; absent if they are neither.
   *
   * - `changing`: some objects came, went or changed during each try
   * - `too-many`: there are more objects than were requested, or than could be read in time
   */
  readonly incomplete?: "changing" | "too-many";
}

export interface PartialDumpOptions {
  /** The most messages to read. */
  readonly most: number;
  /** The time after which no further try begins, in milliseconds. */
  readonly patience?: number;
  /** The time after which reading stops, in milliseconds. Some dumps take a time that grows with the square of their size. */
  readonly time?: number;
}

/**
 * Exchanges requests and replies with the kernel (netlink(7)). Replies are matched by sequence number, and reads are
 * repeated if the kernel reports that a reply is inconsistent.
 */
export class NetlinkConnection implements Disposable {
  readonly #open: OpenTransport;
  readonly #nameAttribute: NameAttribute | undefined;
  #transport: NetlinkTransport;
  #receiveSize = RECEIVE_SIZE;
  #sequence = 0;

  /** @param nameAttribute names the attributes that the kernel refuses */
  constructor(open: OpenTransport, nameAttribute?: NameAttribute) {
    this.#open = open;
    this.#nameAttribute = nameAttribute;
    this.#transport = open(this.#receiveSize);
  }

  /** Requests a change, and returns when the kernel has acknowledged it. The request is never sent twice. */
  change(request: NetlinkRequest): void {
    const outcome = this.#exchange(request, NLM_F_ACK, () => "more");
    if (outcome === "spoiled")
      throw kernelError({
        operation: request.operation,
        errno: ENOBUFS,
        reason: "the request or its acknowledgement was lost",
      });
  }

  /** Requests one object. */
  get(request: NetlinkRequest): NetlinkMessage {
    const [reply] = this.#read(request, 0, (message) => message);
    if (!reply) throw malformed(`the reply to "${request.operation}"`, "it is empty");
    return reply;
  }

  /**
   * Requests all objects of a kind. The result is consistent, as far as the kernel can tell.
   * @param read returns what to keep of each message
   * @throws PromiscError `kernel` if they change all the time
   */
  dump<Value>(request: NetlinkRequest, read: (message: NetlinkMessage) => Value): Value[] {
    return this.#read(request, NLM_F_DUMP, read);
  }

  /**
   * Requests all objects of a kind, and returns what could be read even if the result is incomplete or inconsistent.
   * @param read returns what to keep of each message; undefined for nothing
   */
  dumpPartly<Value>(
    request: NetlinkRequest,
    read: (message: NetlinkMessage) => Value | undefined,
    { most, patience = PATIENCE_MS, time = Number.POSITIVE_INFINITY }: PartialDumpOptions,
  ): PartialDump<Value> {
    const start = performance.now();
    const end = start + Math.min(patience, time);
    for (let tries = 1; ; tries++) {
      const isLast = tries === TRIES || performance.now() >= end;
      const values: Value[] = [];
      let messages = 0;
      const take = (message: NetlinkMessage): "more" | "enough" => {
        if (messages === most) return "enough";
        if (messages++ % CLOCK_SHARE === 0 && performance.now() - start > time) return "enough";
        const value = read(message);
        if (value !== undefined) values.push(value);
        return "more";
      };
      const outcome = this.#exchange(request, NLM_F_DUMP, take, isLast);
      if (outcome === "complete") return { values };
      this.#reopen();
      if (outcome === "enough") return { values, incomplete: "too-many" };
      if (isLast) return { values, incomplete: "changing" };
    }
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  #read<Value>(request: NetlinkRequest, flags: number, read: (message: NetlinkMessage) => Value): Value[] {
    for (let tries = 0; tries < TRIES; tries++) {
      const values: Value[] = [];
      const take = (message: NetlinkMessage): "more" | "enough" => {
        values.push(read(message));
        return flags & NLM_F_DUMP ? "more" : "enough";
      };
      if (this.#exchange(request, flags, take) !== "spoiled") return values;
      this.#reopen();
    }
    throw new PromiscError({
      code: "kernel",
      operation: request.operation,
      reason: `the kernel's answer changed while it was read, ${TRIES} times running`,
      hint: "interfaces are being made or removed all the time: try again",
    });
  }

  /** Opens a new socket. The rest of an abandoned reply is discarded with the old one. */
  #reopen(): void {
    this.#transport[Symbol.dispose]();
    this.#transport = this.#open(this.#receiveSize);
  }

  /**
   * Sends a request and passes on the messages of the reply.
   * @param take returns whether it needs "more" messages, or has "enough"
   * @param isTolerant whether to read a dump to its end even if the kernel marks it as interrupted
   * @returns `spoiled` if a part of the reply is missing or out of date
   */
  #exchange(
    { operation, type, payload, needs }: NetlinkRequest,
    flags: number,
    take: (message: NetlinkMessage) => "more" | "enough",
    isTolerant = false,
  ): "complete" | "enough" | "spoiled" {
    const sequence = ++this.#sequence;
    const message = { type, flags: NLM_F_REQUEST | flags, sequence, portId: 0, payload };
    const datagram = new Uint8Array(messageSize(message));
    writeMessage(message, datagram, 0);

    const refused = ({ errno, extended }: NetlinkError): PromiscError =>
      kernelError({
        operation,
        errno,
        reason: extended.message,
        needs,
        request: datagram,
        attribute: this.#refusedAttribute(type, payload, extended.offset),
      });

    try {
      this.#withoutInterruption(() => this.#transport.send(datagram));
      let outcome: "complete" | "spoiled" = "complete";
      for (;;) {
        const { bytes, length } = this.#withoutInterruption(() => this.#transport.receive());
        if (length > bytes.length) {
          this.#receiveSize = length;
          return "spoiled";
        }
        for (const received of readMessages(bytes)) {
          // A reply to a request that was abandoned.
          if (received.sequence !== sequence) continue;
          if (received.flags & NLM_F_DUMP_INTR) {
            if (!isTolerant) return "spoiled";
            outcome = "spoiled";
          }
          if (received.type === NLMSG_NOOP) continue;
          if (received.type === NLMSG_ERROR) {
            const error = readError(received);
            if (error.errno !== 0) throw refused(error);
            return outcome;
          }
          if (received.type === NLMSG_DONE) {
            const error = readDone(received);
            if (error.errno !== 0) throw refused(error);
            return outcome;
          }
          if (take(received) === "enough") return "enough";
        }
      }
    } catch (error) {
      if (hasErrno(error, ENOBUFS)) return "spoiled";
      throw error;
    }
  }

  /** @param offset from the beginning of the request's header */
  #refusedAttribute(
    type: number,
    payload: Uint8Array,
    offset: number | undefined,
  ): RefusedAttribute | undefined {
    if (offset === undefined) return undefined;
    const name = this.#nameAttribute?.(type, payload, offset - NLMSG_HDRLEN);
    return { offset, ...present({ name }) };
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
