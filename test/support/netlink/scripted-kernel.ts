import { kernelError } from "../../../src/linux/ffi/errno.js";
import type { OpenTransport } from "../../../src/linux/netlink/netlink-connection.js";
import type { Datagram, NetlinkTransport } from "../../../src/linux/netlink/netlink-socket.js";
import { type NetlinkMessage, readMessages } from "../../../src/wire/kernel/netlink/message.js";
import { datagram, type Reply } from "./netlink-replies.js";

/** The result of one system call: its errno, or the datagram that it receives. */
export type Step =
  | { readonly call: "send" | "receive"; readonly errno: number }
  | { readonly call: "receive"; answer(request: NetlinkMessage): Uint8Array };

/** Makes send(2) or recv(2) fail. */
export function fails(call: "send" | "receive", errno: number): Step {
  return { call, errno };
}

/** Returns a datagram of replies to the last request. With `late`, they are replies to the request before it. */
export function answers(replies: Reply[], { late = false } = {}): Step {
  return {
    call: "receive",
    answer: ({ sequence }) =>
      datagram(
        ...replies.map((reply) => ({ ...reply, sequence: late ? sequence - 1 : sequence, portId: 1000 })),
      ),
  };
}

/** Returns a datagram of arbitrary bytes. */
export function answersBytes(bytes: Uint8Array): Step {
  return { call: "receive", answer: () => bytes };
}

/** A kernel that follows a list of steps, one per system call, and records the requests. */
export class ScriptedKernel {
  readonly #steps: Step[];
  /** The requests that were sent, in their order. */
  readonly requests: NetlinkMessage[] = [];
  /** The size of datagrams that each transport was opened for. */
  readonly receiveSizes: number[] = [];
  /** The number of open transports. */
  transports = 0;

  constructor(...steps: Step[]) {
    this.#steps = steps;
  }

  readonly open: OpenTransport = (receiveSize) => {
    this.receiveSizes.push(receiveSize);
    this.transports++;
    return new ScriptedTransport(this, receiveSize);
  };

  /** The number of steps that weren't used. */
  get left(): number {
    return this.#steps.length;
  }

  send(bytes: Uint8Array): void {
    const step = this.#steps[0];
    if (step?.call === "send") this.#steps.shift();
    if (step?.call === "send" && "errno" in step) throw kernelError({ operation: "send", errno: step.errno });
    this.requests.push(...readMessages(bytes.slice()));
  }

  receive(): Uint8Array {
    const step = this.#steps.shift();
    const request = this.requests.at(-1);
    // A real socket would wait for ever here.
    if (step?.call !== "receive" || !request) throw new Error("nothing to receive");
    if ("errno" in step) throw kernelError({ operation: "receive", errno: step.errno });
    return step.answer(request);
  }
}

class ScriptedTransport implements NetlinkTransport {
  readonly #kernel: ScriptedKernel;
  readonly #receiveSize: number;
  #open = true;

  constructor(kernel: ScriptedKernel, receiveSize: number) {
    this.#kernel = kernel;
    this.#receiveSize = receiveSize;
  }

  send(bytes: Uint8Array): void {
    this.#mustBeOpen();
    this.#kernel.send(bytes);
  }

  receive(): Datagram {
    this.#mustBeOpen();
    const bytes = this.#kernel.receive();
    return { bytes: bytes.subarray(0, this.#receiveSize), length: bytes.length };
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new Error("used after it was disposed of");
  }

  [Symbol.dispose](): void {
    if (this.#open) this.#kernel.transports--;
    this.#open = false;
  }
}
