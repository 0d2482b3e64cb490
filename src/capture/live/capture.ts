import { checkNames, checkOptions } from "../../check-options.js";
import { PromiscError } from "../../errors.js";
import { describeErrno, ENODEV } from "../../linux/ffi/errno.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { resolveLink, spoken } from "../../promiscuity/interface-name.js";
import { Wake } from "../../wake-queue.js";
import { whenAborted } from "../../when-aborted.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Packet } from "../packet.js";
import type { PacketSource } from "../packet-source.js";
import { ALL_INTERFACES, upLinks } from "./choose-interface.js";
import { ANY_INTERFACE, type CapturedInterface, LiveInterface } from "./live-interface.js";
import { type CaptureOptions, captureOptions, interfaceOptions } from "./options.js";
import type { RingBatch } from "./ring-batch.js";
import { type CaptureStatistics, statisticsOf } from "./statistics.js";

/** The number of blocks to pass on before the event loop runs, for signals, timers and the rest of the program. */
const TURN = 16;
/** How often to check, after the capture was stopped, whether all received packets have been returned. */
const DRAIN_INTERVAL_MS = 5;
/** How often to read the kernel's 32-bit counters: no network delivers 2³² packets in this time. */
const COUNT_INTERVAL_MS = 10_000;

/**
 * A running capture, which {@link openCapture} opens. Its packets are read as those of every {@link PacketSource}. When it
 * is stopped, all that was received until then is still handed out. Only a live capture has {@link statistics}.
 * @hideconstructor
 */
export class LiveCapture implements PacketSource<RingBatch> {
  /** The interfaces that are captured on, in the order in which packets' `interfaceId` counts them. */
  readonly interfaces: readonly CapturedInterface[];
  readonly #live: readonly LiveInterface[];
  readonly #options: CaptureOptions;
  readonly #abortion: Disposable | undefined;
  readonly #wake = new Wake();
  readonly #counting: NodeJS.Timeout | undefined;
  /** Index of the interface to read next. */
  #turn = 0;
  #batches = 0;
  #isStopped = false;
  readonly #gone: LiveInterface[] = [];

  /** @param links the interfaces; an undefined one stands for all interfaces together, with SLL2 headers ("cooked") */
  constructor(links: readonly (Link | undefined)[], options: CaptureOptions) {
    this.#options = options;
    const live: LiveInterface[] = [];
    this.#live = live;
    const each = interfaceOptions(options);
    try {
      for (const link of links)
        live.push(new LiveInterface(link, live.length, each, () => this.#wake.wake()));
      for (const one of live) one.listen();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.#counting = setInterval(() => this.statistics, COUNT_INTERVAL_MS).unref();
    this.interfaces = live.map(({ facts }) => facts);
    this.#abortion = whenAborted(options.signal, () => this.stop());
  }

  /** Packet counts since the capture began. They stay available after its end. */
  get statistics(): CaptureStatistics {
    return statisticsOf(this.#live);
  }

  /** Stops receiving packets. The capture ends after the packets received so far have been returned. */
  stop(): void {
    this.#isStopped = true;
    for (const one of this.#live) one.end();
    this.#wake.wake();
  }

  /**
   * Calls `use` with each packet until the capture ends. It is the same object each time, and its bytes are valid only
   * during the call. If `use` itself stops the capture, it isn't called again. If the capture is stopped at another
   * time, the packets received so far follow.
   * @throws PromiscError `no-interface` if every interface of the capture disappears
   */
  each(use: (packet: Packet) => void): Promise<void> {
    return this.eachBatch((batch) => {
      while (batch.next()) {
        const wasStopped = this.#isStopped;
        use(batch.packet);
        if (wasStopped || !this.#isStopped) continue;
        this[Symbol.dispose]();
        return;
      }
    });
  }

  /**
   * Calls `use` with each batch until the capture ends. A batch is valid only during the call.
   * @throws PromiscError as {@link each} does
   */
  async eachBatch(use: (batch: RingBatch) => void): Promise<void> {
    try {
      for (;;) {
        const batch = this.#isTurnOver() ? await this.#next() : (this.#ready() ?? (await this.#next()));
        if (!batch) return;
        use(batch);
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  /**
   * Iterates over batches, each valid until the next one is requested. Leaving the loop ends the capture at once.
   * @throws PromiscError as {@link each} does
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<RingBatch, void> {
    try {
      for (;;) {
        const batch = await this.#next();
        if (!batch) return;
        yield batch;
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  #isTurnOver(): boolean {
    return this.#batches % TURN === 0;
  }

  /** Returns the next batch, taking the interfaces in turn; undefined if none is ready. */
  #ready(): RingBatch | undefined {
    const count = this.#live.length;
    for (let tried = 0; tried < count; tried++) {
      const batch = (this.#live[this.#turn] as LiveInterface).next();
      this.#turn = this.#turn + 1 === count ? 0 : this.#turn + 1;
      if (batch) {
        this.#batches++;
        return batch;
      }
    }
    return undefined;
  }

  /** Waits for the next batch; undefined at the end of the capture. */
  async #next(): Promise<RingBatch | undefined> {
    if (this.#isTurnOver()) await new Promise(setImmediate);
    for (;;) {
      const batch = this.#ready();
      if (batch) return batch;
      this.#noteEvents();
      const open = this.#live.filter((one) => !one.isClosed);
      for (const one of open) if (one.isEnding && one.isDrained()) one[Symbol.dispose]();
      if (this.#live.every(({ isClosed }) => isClosed)) break;
      await this.#wait();
    }
    const [gone] = this.#gone;
    if (gone && !this.#isStopped)
      throw new PromiscError({
        code: "no-interface",
        operation: gone.operation,
        errno: describeErrno(ENODEV),
        onlyReason: true,
        reason: "the interface disappeared",
      });
    return undefined;
  }

  #noteEvents(): void {
    for (const one of this.#live) {
      const event = one.takeEvent();
      if (!event) continue;
      if (event === "gone") {
        one.end();
        this.#gone.push(one);
      }
      this.#options.onInterface?.({ event, ifname: one.facts.name });
    }
  }

  /**
   * Waits until a block or an error is ready, the capture is stopped, or an interface that is ending must be checked
   * again.
   */
  async #wait(): Promise<void> {
    for (const one of this.#live) one.await();
    const isEnding = this.#live.some((one) => one.isEnding && !one.isClosed);
    await this.#wake.wait(isEnding ? DRAIN_INTERVAL_MS : undefined);
    for (const one of this.#live) one.stopWaiting();
  }

  /** Ends the capture at once. Packets not yet returned are discarded. */
  [Symbol.dispose](): void {
    this.#abortion?.[Symbol.dispose]();
    clearInterval(this.#counting);
    for (const one of this.#live) one[Symbol.dispose]();
    this.#wake.wake();
  }
}

/**
 * Opens a capture on one or several interfaces. It receives packets from this call on.
 *
 *     using capture = openCapture("eth0", { filter: "arp or icmp" });
 *     await capture.each((packet) => …);
 *
 * @param interfaces names or alternative names. `"any"` captures on all interfaces together, present and future, with
 *   SLL2 headers instead of their link-level headers, and doesn't make them promiscuous. `"all"` captures on each
 *   interface that is up now, with its link-level headers.
 * @returns the running capture, which the caller disposes of
 * @throws PromiscError `privilege` without CAP_NET_RAW; `no-interface`; `usage` if the filter is invalid; `platform` if
 *   the filter requires libpcap and it isn't installed; `kernel` if an interface is down or memory is insufficient
 */
export function openCapture(
  interfaces: string | readonly string[],
  options: CaptureOptions = {},
): LiveCapture {
  checkNames("openCapture", "interfaces", interfaces);
  checkOptions("openCapture", options, captureOptions);
  return new LiveCapture(
    resolve(typeof interfaces === "string" ? [interfaces] : interfaces, options.operation),
    options,
  );
}

function resolve(names: readonly string[], operation: string | undefined): (Link | undefined)[] {
  using rtnetlink = new Rtnetlink();
  const links = names.flatMap((name) => {
    if (name === ANY_INTERFACE) return [undefined];
    if (name === ALL_INTERFACES) return upLinks(rtnetlink);
    return [resolveLink(rtnetlink, name, operation ?? `capture on ${spoken(name)}`)];
  });
  if (links.length > 0) return links;
  throw new PromiscError({ code: "no-interface", operation: "capture", reason: "no interface is up" });
}
