import { type Errno, PromiscError } from "../../errors.js";
import { EINVAL, ENETDOWN, ENOMEM, hasErrno } from "../../linux/ffi/errno.js";
import type { Watch } from "../../linux/ffi/libc.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { PacketRing, type RingStatistics } from "../../linux/packet/packet-ring.js";
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from "../../wire/file/linktype.js";
import { AF_INET } from "../../wire/kernel/address-family.js";
import { acceptAll, type Instruction, withSnapLength } from "../../wire/kernel/bpf/classic.js";
import { PacketFilter } from "../../wire/kernel/bpf/run.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";
import type { CaptureInterface } from "../packet.js";
import { linkTypeOf } from "./link-type.js";
import { type InterfaceOptions, SNAP_LENGTH } from "./options.js";
import { RingBatch, type RingBatchOptions } from "./ring-batch.js";
import { onlyDirection, withoutSll2 } from "./socket-filter.js";

/** A block is handed over within its time-out; a kernel that takes so much longer won't do it any more. */
const DRAIN_PATIENCE_MS = 5000;
/** libpcap's pseudo-interface that is all of them at once: it is asked for, and called, by this name alone. */
export const ANY = "any";

/** An interface that is captured on; {@link ANY} is one too. */
export interface CapturedInterface extends CaptureInterface {
  readonly name: string;
}

/** Packets of one interface, or of all at once, from its ring. */
export class LiveInterface implements Disposable {
  readonly facts: CapturedInterface;
  readonly index: number;
  readonly batch: RingBatch;
  /** What the capture does, after "cannot" in an error. */
  readonly operation: string;
  readonly #ring: PacketRing;
  readonly #watch: Watch;
  /** Packets in the blocks that were begun. */
  #walked = 0;
  #isOpen = false;
  #endedAt: number | undefined;
  /** What the kernel had counted when it was last found that nothing waits. */
  #agreed = -1;
  #final: RingStatistics | undefined;

  /**
   * @param link the interface; undefined for all at once, cooked
   * @param onReady called from the event loop while {@link await} is in force
   */
  constructor(link: Link | undefined, interfaceId: number, options: InterfaceOptions, onReady: () => void) {
    const name = link ? (link.name ?? `${link.index}`) : ANY;
    const ownType = link && linkTypeOf(link.type);
    const linkType = ownType ?? LINKTYPE_LINUX_SLL2;
    this.index = link?.index ?? 0;
    this.operation = `capture on ${name}`;
    this.facts = { name, linkType, snapLength: options.snapLength };
    const header = ownType === undefined ? "cooked" : linkType === LINKTYPE_ETHERNET ? "ethernet" : "other";
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

  /** From now on packets come. */
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

  /** The batch of the next block, if there is one; the last one's block goes back to the kernel. */
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

  /** Has `onReady` called when a block or an error waits. */
  await(): void {
    if (!this.#final) this.#watch.resume();
  }

  stopWaiting(): void {
    this.#watch.pause();
  }

  /** What became of the interface since this was last asked. */
  takeEvent(): "down" | "gone" | undefined {
    if (this.#final || this.#ring.takeError() === 0 || this.index === 0) return undefined;
    return exists(this.index) ? "down" : "gone";
  }

  /** Nothing more is received. What was received before is still to be walked. */
  end(): void {
    if (this.#endedAt !== undefined || this.#final) return;
    this.#ring.setFilter(acceptAll(0));
    this.#endedAt = performance.now();
  }

  get isEnding(): boolean {
    return this.#endedAt !== undefined;
  }

  /**
   * Whether every packet that the kernel counted was walked or dropped. To be asked, after {@link end}, when no block is
   * ready: a packet may still have been on its way through the old filter, so that only the second time in turn is the
   * answer yes.
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

  /** Lets go of the interface. The statistics stay. */
  [Symbol.dispose](): void {
    if (this.#final) return;
    this.#final = this.#ring.statistics();
    this.batch.close();
    this.#watch[Symbol.dispose]();
    this.#ring[Symbol.dispose]();
  }
}

function exists(index: number): boolean {
  using rtnetlink = new Rtnetlink();
  return rtnetlink.linkIfExists(index) !== undefined;
}

interface FilteredRing {
  readonly ring: PacketRing;
  /** What the kernel couldn't filter. */
  readonly filter: PacketFilter | undefined;
}

/** Opens a ring whose filter is the kernel's if it can be. */
function openRing(
  { facts, index, operation }: Pick<LiveInterface, "facts" | "index" | "operation">,
  header: RingBatchOptions["header"],
  options: InterfaceOptions,
): FilteredRing {
  const { bufferSize, blockTimeout, direction, snapLength, filter } = options;
  const cooked = header === "cooked";
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
      ...netmaskFor(filter, index),
    });
  const program = compile(index === 0 ? undefined : facts.name);
  const forKernel = cooked ? withoutSll2(program) : program;
  if (forKernel)
    try {
      return { ring: open(withSnapLength(forKernel, snapLength)), filter: undefined };
    } catch (error) {
      // It loops (protochain), or it is too long.
      if (!hasErrno(error, EINVAL) && !hasErrno(error, ENOMEM)) throw error;
    }
  return { ring: open(acceptAll(SNAP_LENGTH)), filter: new PacketFilter(compile()) };
}

/** Only `ip broadcast` needs a netmask: that of the interface's first IPv4 address. */
function netmaskFor(expression: string, index: number): { netmask?: number } {
  if (index === 0 || !/\bbroadcast\b/.test(expression)) return {};
  using rtnetlink = new Rtnetlink();
  const address = rtnetlink.addresses(index).find(({ family }) => family === AF_INET);
  if (!address) return {};
  const mask = address.prefixLength === 0 ? 0 : -1 << (32 - address.prefixLength);
  const bytes = Uint8Array.of(mask >>> 24, mask >>> 16, mask >>> 8, mask);
  return { netmask: new Uint32Array(bytes.buffer)[0] as number };
}
