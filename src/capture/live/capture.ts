import { PromiscError } from "../../errors.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { resolveLink, spoken } from "../../promiscuity/interface-name.js";
import { Wake } from "../../wake-queue.js";
import { IFF_UP, type Link } from "../../wire/kernel/rtnetlink/link.js";
import type { Packet } from "../packet.js";
import { ANY, type CapturedInterface, LiveInterface } from "./live-interface.js";
import { type CaptureOptions, interfaceOptions } from "./options.js";
import type { RingBatch } from "./ring-batch.js";
import { type CaptureStatistics, statisticsOf } from "./statistics.js";

/** So many blocks are handed out before signals, timers and the rest of the program have their turn. */
const TURN = 16;
/** How often it is looked whether all that was received has been handed out, once the capture is stopped. */
const DRAIN_INTERVAL_MS = 5;
/** The kernel counts to 2^32 from one reading to the next: no network brings so many packets in this time. */
const COUNT_INTERVAL_MS = 10_000;
/** Stands for each interface that is up. */
export const ALL = "all";

/**
 * A running capture. Its packets are taken in one of three ways, each once: {@link each}, {@link eachBatch}, or
 * `for await` over batches. Those end when it is stopped, after all that was received until then.
 */
export class LiveCapture implements AsyncIterable<RingBatch>, Disposable {
  readonly interfaces: readonly CapturedInterface[];
  readonly #live: readonly LiveInterface[];
  readonly #options: CaptureOptions;
  readonly #onAbort = (): void => this.stop();
  readonly #wake = new Wake();
  readonly #counting: NodeJS.Timeout | undefined;
  /** Which interface has its turn. */
  #turn = 0;
  #batches = 0;
  #isStopped = false;
  readonly #gone: LiveInterface[] = [];

  /** @param links undefined is all interfaces at once, cooked */
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
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.stop();
  }

  /** Counts since the capture began; after its end the last ones. */
  get statistics(): CaptureStatistics {
    return statisticsOf(this.#live);
  }

  /** Receives nothing more. What was received until now is still handed out, then the capture ends. */
  stop(): void {
    this.#isStopped = true;
    for (const one of this.#live) one.end();
    this.#wake.wake();
  }

  /** Calls `use` with each packet: the same object each time, and memory that is the kernel's again afterwards. */
  each(use: (packet: Packet) => void): Promise<void> {
    return this.eachBatch((batch) => {
      while (batch.next()) use(batch.packet);
    });
  }

  /** Calls `use` with each batch, valid until it returns. */
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

  /** Batches, each valid until the next one is asked for. To leave the loop ends the capture at once. */
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

  /** The next batch, of the interfaces in turn; undefined if none waits. */
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

  /** Waits for the next batch; undefined at the end. */
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

  /** Until a block or an error waits, the capture is stopped, or an interface that ends is to be looked at again. */
  async #wait(): Promise<void> {
    for (const one of this.#live) one.await();
    const isEnding = this.#live.some((one) => one.isEnding && !one.isClosed);
    await this.#wake.wait(isEnding ? DRAIN_INTERVAL_MS : undefined);
    for (const one of this.#live) one.stopWaiting();
  }

  /** Ends the capture at once: what waits is not handed out any more. */
  [Symbol.dispose](): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    clearInterval(this.#counting);
    for (const one of this.#live) one[Symbol.dispose]();
    this.#wake.wake();
  }
}

/**
 * Opens a capture on one interface or several, which begins at once.
 *
 *     using capture = openCapture("eth0", { filter: "arp or icmp" });
 *     await capture.each((packet) => …);
 *
 * @param interfaces names or alternative names; `"any"` for all interfaces at once, present and future, without their
 *   link-level headers and not promiscuous; `"all"` for each that is up now, with them
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface`, `usage` for a filter that isn't right, `platform`
 *   when it needs libpcap and that is missing, `kernel` if an interface isn't up or there isn't memory enough
 */
export function openCapture(
  interfaces: string | readonly string[],
  options: CaptureOptions = {},
): LiveCapture {
  return new LiveCapture(resolve(typeof interfaces === "string" ? [interfaces] : interfaces), options);
}

function resolve(names: readonly string[]): (Link | undefined)[] {
  using rtnetlink = new Rtnetlink();
  const links = names.flatMap((name) => {
    if (name === ANY) return [undefined];
    if (name === ALL) return rtnetlink.links().filter(({ flags }) => flags & IFF_UP);
    return [resolveLink(rtnetlink, name, `capture on ${spoken(name)}`)];
  });
  if (links.length > 0) return links;
  throw new PromiscError({ code: "no-interface", operation: "capture", reason: "no interface is up" });
}
