import { type Errno, PromiscError } from "../../errors.js";
import { EINVAL, ENETDOWN, ENOMEM, hasErrno } from "../../linux/ffi/errno.js";
import type { Watch } from "../../linux/ffi/libc.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { PacketRing, type RingStatistics } from "../../linux/packet/packet-ring.js";
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2 } from "../../wire/file/linktype.js";
import { AF_INET } from "../../wire/kernel/address-family.js";
import { acceptAll, type Instruction, withSnapLength } from "../../wire/kernel/bpf/classic.js";
import { PacketFilter } from "../../wire/kernel/bpf/run.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { CaptureInterface } from "../packet.js";
import { linkTypeFor } from "./link-type.js";
import { DEFAULT_SNAP_LENGTH, type InterfaceOptions } from "./options.js";
import { RingBatch, type RingBatchOptions } from "./ring-batch.js";
import { onlyDirection, withoutCookedHeader } from "./socket-filter.js";

/** The kernel passes on a block within its time-out. If it takes this much longer, it won't do so any more. */
const DRAIN_PATIENCE_MS = 5000;
/** libpcap's name for the pseudo-interface that stands for all interfaces together. */
export const ANY_INTERFACE = "any";

/** An interface in a capture; {@link ANY_INTERFACE} is one too. */
export interface CapturedInterface extends CaptureInterface {
  readonly name: string;
}

/** The packets of one interface, or of all interfaces together, from one ring. */
export class LiveInterface implements Disposable {
  readonly facts: CapturedInterface;
  readonly index: number;
  readonly batch: RingBatch;
  /** The words after "cannot" in an error message. */
  readonly operation: string;
  readonly #ring: PacketRing;
  readonly #watch: Watch;
  /** The number of packets in the blocks read so far. */
  #walked = 0;
  #isOpen = false;
  #endedAt: number | undefined;
  /** The kernel's packet count when no block was found waiting last. */
  #agreed = -1;
  #final: RingStatistics | undefined;

  /**
   * @param link the interface; undefined for all interfaces together, cooked
   * @param onReady called from the event loop after {@link await}
   */
  constructor(link: Link | undefined, interfaceId: number, options: InterfaceOptions, onReady: () => void) {
    const name = link ? (link.name ?? `${link.index}`) : ANY_INTERFACE;
    this.index = link?.index ?? 0;
    this.operation = options.operation ?? `capture on ${name}`;
    const linkType = linkTypeFor(link, options.linkType, this.operation);
    this.facts = { name, linkType, snapLength: options.snapLength };
    const header = headerOf(linkType);
    const { ring, filter } = openRing(this, header, options);
    this.#ring = ring;
    try {
      const { snapLength } = options;
      this.batch = new RingBatch({ interfaceId, snapLength, header, filter });
      this.#watch = this.#ring.watch(onReady);
      this.#watch.pause();
    } catch (error) {
      ring[Symbol.dispose]();
      throw error;
    }
  }

  /** Starts receiving packets. */
  listen(): void {
    try {
      this.#ring.listen();
    } catch (error) {
      if (!hasErrno(error, ENETDOWN)) throw error;
      const { operation, errno } = error as PromiscError & { errno: Errno };
      const hint = `the interface isn't up: ip link set ${this.facts.name} up`;
      throw new PromiscError({ code: "kernel", operation, errno, hint, cause: error });
    }
  }

  /** Returns the batch of the next block, if one is ready, and gives the previous block back to the kernel. */
  next(): RingBatch | undefined {
    if (this.#final) return undefined;
    if (this.#isOpen) this.release();
    const block = this.#ring.ready();
    if (!block) return undefined;
    this.batch.open(block);
    this.#isOpen = true;
    this.#walked += this.batch.left;
    return this.batch;
  }

  release(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.batch.close();
    this.#ring.release();
  }

  /** Calls `onReady` once a block or an error is ready. */
  await(): void {
    if (!this.#final) this.#watch.resume();
  }

  stopWaiting(): void {
    this.#watch.pause();
  }

  /** Returns what happened to the interface since the last call. */
  takeEvent(): "down" | "gone" | undefined {
    if (this.#final || this.#ring.takeError() === 0 || this.index === 0) return undefined;
    return exists(this.index) ? "down" : "gone";
  }

  /** Stops receiving packets. Those received before can still be read. */
  end(): void {
    if (this.#endedAt !== undefined || this.#final) return;
    this.#ring.setFilter(acceptAll(0));
    this.#endedAt = performance.now();
  }

  get isEnding(): boolean {
    return this.#endedAt !== undefined;
  }

  /**
   * Reports whether every packet that the kernel counted has been read or dropped. Call it after {@link end}, when no
   * block is ready. The answer is never true at the first call, because a packet may still be on its way through the
   * old filter.
   */
  isDrained(): boolean {
    const { packets, drops } = this.#ring.statistics();
    const isAgreed = this.#walked + drops >= packets;
    const wasAgreed = this.#agreed === packets;
    this.#agreed = isAgreed ? packets : -1;
    return (isAgreed && wasAgreed) || performance.now() - (this.#endedAt ?? 0) > DRAIN_PATIENCE_MS;
  }

  get statistics(): RingStatistics {
    return this.#final ?? this.#ring.statistics();
  }

  get isClosed(): boolean {
    return this.#final !== undefined;
  }

  /** Releases the interface. The statistics stay available. */
  [Symbol.dispose](): void {
    if (this.#final) return;
    this.#final = this.#ring.statistics();
    this.batch.close();
    this.#watch[Symbol.dispose]();
    this.#ring[Symbol.dispose]();
  }
}

function headerOf(linkType: number): RingBatchOptions["header"] {
  if (linkType === LINKTYPE_LINUX_SLL2) return "sll2";
  if (linkType === LINKTYPE_LINUX_SLL) return "sll";
  return linkType === LINKTYPE_ETHERNET ? "ethernet" : "other";
}

function exists(index: number): boolean {
  using rtnetlink = new Rtnetlink();
  return rtnetlink.linkIfExists(index) !== undefined;
}

interface FilteredRing {
  readonly ring: PacketRing;
  /** The filter to apply here, if the kernel can't run it. */
  readonly filter: PacketFilter | undefined;
}

/** Opens a ring and attaches the filter to it, if the kernel can run it. */
function openRing(
  { facts, index, operation }: Pick<LiveInterface, "facts" | "index" | "operation">,
  header: RingBatchOptions["header"],
  options: InterfaceOptions,
): FilteredRing {
  const { bufferSize, blockTimeout, direction, snapLength, filter, optimize } = options;
  const cooked = header === "sll" || header === "sll2";
  const open = (program: readonly Instruction[]): PacketRing =>
    new PacketRing({
      index,
      operation,
      cooked,
      promiscuous: options.promiscuous,
      filter: [...onlyDirection(direction, index), ...program],
      bufferSize,
      blockTimeout,
    });
  if (typeof filter !== "string")
    return { ring: open(withSnapLength(filter, snapLength)), filter: undefined };
  if (filter.trim() === "") return { ring: open(acceptAll(snapLength)), filter: undefined };

  const compile = (liveInterface?: string): Instruction[] =>
    compileFilter(filter, {
      linkType: facts.linkType,
      liveInterface,
      optimize,
      ...netmaskFor(filter, index),
    });
  const program = compile(index === 0 ? undefined : facts.name);
  const forKernel = cooked ? withoutCookedHeader(program, header) : program;
  if (forKernel)
    try {
      return { ring: open(withSnapLength(forKernel, snapLength)), filter: undefined };
    } catch (error) {
      // The kernel can't run it: it contains a loop (protochain), or it is too long.
      if (!hasErrno(error, EINVAL) && !hasErrno(error, ENOMEM)) throw error;
    }
  return { ring: open(acceptAll(DEFAULT_SNAP_LENGTH)), filter: new PacketFilter(compile()) };
}

/** Returns the netmask of the interface's first IPv4 address if the expression needs one: only `ip broadcast` does. */
function netmaskFor(expression: string, index: number): { netmask?: number } {
  if (index === 0 || !/\bbroadcast\b/.test(expression)) return {};
  using rtnetlink = new Rtnetlink();
  const address = rtnetlink.addresses(index).find(({ family }) => family === AF_INET);
  if (!address) return {};
  const mask = address.prefixLength === 0 ? 0 : -1 << (32 - address.prefixLength);
  const bytes = Uint8Array.of(mask >>> 24, mask >>> 16, mask >>> 8, mask);
  return { netmask: new Uint32Array(bytes.buffer)[0] as number };
}
