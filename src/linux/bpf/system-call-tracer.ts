import { DisposableList } from "../../disposable-list.js";
import type { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { attachToTracepoint, createCounter, loadProgram, readCounter } from "./bpf-call.js";
import { type CallRecord, readCallRecord } from "./call-record.js";
import { thisKernel } from "./program/kernel.js";
import { promiscuityProgram } from "./program/program.js";
import { RingBuffer } from "./ring-buffer.js";

/** Bytes: room for nine thousand events. One process can cause some forty per millisecond. */
const RING_SIZE = 4 << 20;

/** How many bytes of the ring may hold calls from network namespaces that any user can create. */
const UNPRIVILEGED_SHARE = RING_SIZE / 4;

/**
 * Reports every system call on this machine that may have changed an interface's promiscuity, in any network namespace
 * and however short-lived the caller, until it is disposed of. It is an eBPF program on the tracepoint `sys_exit`,
 * which ends with this process. While it runs, all system calls on the machine are slightly slower.
 *
 * Calls that the kernel refused are not reported: those that returned an error, and rtnetlink messages from a sender
 * without CAP_NET_ADMIN over the network namespace. A call's request is read when the call returns, and another thread
 * of the caller may have changed it by then. Not seen are 32-bit programs, io_uring, write(2) on a netlink socket, and
 * all but the first message of a call that sends several.
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
   * @param options.listeners whether calls by which a socket begins to receive frames are reported too: see {@link
   *   ListeningCall}
   * @throws PromiscError `privilege` without CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN; `kernel` if the kernel can't
   *   trace or forbids it, with what is missing
   */
  constructor(onEvent: (event: CallRecord) => void, { listeners = false } = {}) {
    this.#onEvent = onEvent;
    try {
      this.#ring = this.#resources.add(new RingBuffer(RING_SIZE));
      this.#counter = this.#resources.add(createCounter());
      const kernel = thisKernel();
      using program = loadProgram(
        promiscuityProgram(
          kernel,
          { ring: this.#ring.fd, unprivilegedShare: UNPRIVILEGED_SHARE, lost: this.#counter.number },
          listeners,
        ),
        kernel.layout.sysExit,
      );
      this.#resources.add(libc.watchReadable(this.#ring.fd, () => this.drain()));
      this.#resources.add(attachToTracepoint(program));
    } catch (error) {
      this.#resources[Symbol.dispose]();
      throw error;
    }
  }

  /** The number of events that were dropped because they weren't read in time. */
  get lost(): number {
    if (!this.#disposed) this.#lost = readCounter(this.#counter);
    return this.#lost;
  }

  /**
   * Waits until there is an event to deliver.
   * @param patience the longest time to wait, in milliseconds
   */
  wait(patience: number): void {
    if (!this.#disposed) libc.pollReadable(this.#ring.fd, patience);
  }

  /**
   * Delivers the events that wait now, and none that come meanwhile. The kernel may report a change before the call
   * that made it returns, so a caller that has just learned of a change usually finds the call here, or a moment later.
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
