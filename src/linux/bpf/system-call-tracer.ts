import { DisposableList } from "../../disposable-list.js";
import type { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { attachToTracepoint, createCounter, loadProgram, readCounter } from "./bpf-call.js";
import { type CallRecord, readCallRecord } from "./call-record.js";
import { thisKernel } from "./program/kernel.js";
import { promiscuityProgram } from "./program/program.js";
import { RingBuffer } from "./ring-buffer.js";

/** Bytes: room for nine thousand events, of which one process can make some forty in a millisecond. */
const RING_SIZE = 4 << 20;

/** Bytes of it that calls in network namespaces which any user can make may take. */
const UNPRIVILEGED_SHARE = RING_SIZE / 4;

/**
 * Reports every system call on this machine that may have changed an interface's promiscuity, in whatever network namespace
 * and however short-lived the caller, until it is disposed of: an eBPF program on the tracepoint `sys_exit`, which ends with
 * this process. All system calls on the machine become a little slower as long as there is one.
 *
 * Calls that the kernel refused aren't reported: those that returned an error, and messages on rtnetlink of somebody without
 * CAP_NET_ADMIN over the network namespace. What a call asked for is read when it returns, and another thread of the caller
 * may have changed it by then. It doesn't see 32-bit programs, io_uring, write(2) on a netlink socket, nor any but the first
 * message of a call that sends several.
 */
export class SystemCallTracer implements Disposable {
  readonly #resources = new DisposableList();
  readonly #ring: RingBuffer;
  readonly #counter: FileDescriptor;
  readonly #onEvent: (event: CallRecord) => void;
  #lost = 0;
  #disposed = false;

  /**
   * @param onEvent called from the event loop, in the order in which the calls were made
   * @throws PromiscError `privilege` without CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN; `kernel` where the kernel can't do
   *   it or mustn't, and what it lacks
   */
  constructor(onEvent: (event: CallRecord) => void) {
    this.#onEvent = onEvent;
    try {
      this.#ring = this.#resources.add(new RingBuffer(RING_SIZE));
      this.#counter = this.#resources.add(createCounter());
      const kernel = thisKernel();
      using program = loadProgram(
        promiscuityProgram(kernel, {
          ring: this.#ring.fd,
          unprivilegedShare: UNPRIVILEGED_SHARE,
          lost: this.#counter.number,
        }),
        kernel.layout.sysExit,
      );
      this.#resources.add(libc.watchReadable(this.#ring.fd, () => this.drain()));
      this.#resources.add(attachToTracepoint(program));
    } catch (error) {
      this.#resources[Symbol.dispose]();
      throw error;
    }
  }

  /** How many events there was no room for, because none were taken for too long. */
  get lost(): number {
    if (!this.#disposed) this.#lost = readCounter(this.#counter);
    return this.#lost;
  }

  /** Waits until there is something to deliver. @param patience in milliseconds */
  wait(patience: number): void {
    if (!this.#disposed) libc.pollReadable(this.#ring.fd, patience);
  }

  /**
   * Delivers what is waiting now, and nothing that comes while it is at it. Of what a call changed the kernel may report before
   * the call returns: who has just heard of a change mostly finds the call here, or a moment later.
   */
  drain(): void {
    const end = this.#ring.produced;
    for (;;) {
      const record = this.#ring.takeUntil(end);
      if (!record) return;
      this.#onEvent(readCallRecord(record));
    }
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#lost = this.lost;
    this.#disposed = true;
    this.#resources[Symbol.dispose]();
  }
}
