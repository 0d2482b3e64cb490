import { DisposableList } from "../../disposable-list.js";
import { usageError } from "../../errors.js";
import { AF_PACKET } from "../../wire/kernel/address-family.js";
import {
  type Instruction,
  SOCK_FILTER_SIZE,
  SOCK_FPROG_SIZE,
  writeInstructions,
  writeProgramReference,
} from "../../wire/kernel/bpf/classic.js";
import {
  PACKET_ADD_MEMBERSHIP,
  PACKET_MR_PROMISC,
  PACKET_MREQ_SIZE,
  writePacketMreq,
} from "../../wire/kernel/packet-mreq.js";
import {
  blockWord,
  STATISTICS_WORDS,
  statisticsWord,
  TP_STATUS_USER,
  TPACKET_REQ3_SIZE,
  writeRingRequest,
} from "../../wire/kernel/packet-ring.js";
import { SOCKADDR_LL_SIZE, writeLinkAddress } from "../../wire/kernel/socket-address.js";
import { ETH_P_ALL } from "../../wire/packet/link/ether-type.js";
import { check, kernelError } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { MemoryMapping } from "../ffi/memory-mapping.js";
import {
  SO_ATTACH_FILTER,
  SO_ERROR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
} from "../ffi/socket-constants.js";

// linux/if_packet.h
const PACKET_RX_RING = 5;
const PACKET_STATISTICS = 6;
const PACKET_VERSION = 10;
const PACKET_RESERVE = 12;
const TPACKET_V3 = 2;

/**
 * The kernel stores an Ethernet frame 82 bytes after the start of its header. With two more bytes, a pcap record header
 * fits before the frame with every field at a multiple of four, and an SLL2 header fits before a packet without a
 * link-level header.
 */
const RESERVE = 2;

/** The largest frame that doesn't come from offloading beyond 64 KiB fits into a block. */
const MIN_BLOCK_SIZE = 128 * 1024;
/** Larger blocks cost less per packet. */
const MAX_BLOCK_SIZE = 4 * 1024 * 1024;
/** The most that a packet socket can map for certain, and that an ArrayBuffer can hold. */
const MAX_BUFFER_SIZE = 2 ** 32;
/** Two blocks: one is filled while the other one is read. */
const MIN_BUFFER_SIZE = 2 * MIN_BLOCK_SIZE;
const FRAME_SIZE = 2048;

/** How a {@link PacketRing} receives packets. */
export interface PacketRingOptions {
  /** The interface's index; 0 for all interfaces. */
  readonly index: number;
  /** What the ring is for, as a phrase that follows "cannot" in an error. */
  readonly operation: string;
  /** Whether packets come without their link-level header (`SOCK_DGRAM`). */
  readonly cooked: boolean;
  /** Whether to hold the interface promiscuous as long as the ring is open. */
  readonly promiscuous: boolean;
  /** The filter, which is attached before the first packet can arrive. */
  readonly filter: readonly Instruction[];
  /** The size of the whole ring, in bytes. */
  readonly bufferSize: number;
  /** The time after which the kernel hands over a block that isn't full, in milliseconds. */
  readonly blockTimeout: number;
}

/** A part of the ring. Its frames are handed over together. */
export interface RingBlock {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly view: DataView;
}

/** What `PACKET_STATISTICS` counted since the ring was opened. */
export interface RingStatistics {
  /** Packets that passed the filter, including those that were dropped. */
  readonly packets: number;
  /** Packets that were dropped because the ring was full. */
  readonly drops: number;
}

/**
 * The receive ring of a packet socket, `TPACKET_V3` (Documentation/networking/packet_mmap.rst): blocks in shared memory
 * that the kernel fills and hands over in turn. The socket receives nothing until {@link listen} is called.
 */
export class PacketRing implements Disposable {
  readonly #descriptor: FileDescriptor;
  readonly #resources = new DisposableList();
  readonly #options: PacketRingOptions;
  #blocks: readonly RingBlock[];
  readonly #counters = new Uint32Array(STATISTICS_WORDS);
  readonly #counted = { packets: 0, drops: 0 };
  #next = 0;

  /** @throws PromiscError `privilege` without CAP_NET_RAW; `kernel` if there isn't enough memory */
  constructor(options: PacketRingOptions) {
    const { operation, cooked, index } = options;
    this.#options = options;
    const size = blockSizeFor(options.bufferSize);
    const count = Math.floor(options.bufferSize / size);
    try {
      this.#descriptor = this.#resources.add(
        FileDescriptor.socket(AF_PACKET, cooked ? SOCK_DGRAM : SOCK_RAW, 0, operation, "CAP_NET_RAW"),
      );
      this.#setOption(SOL_PACKET, PACKET_VERSION, integer(TPACKET_V3));
      this.#setOption(SOL_PACKET, PACKET_RESERVE, integer(RESERVE));
      const request = new Uint8Array(TPACKET_REQ3_SIZE);
      const { blockTimeout } = options;
      writeRingRequest({ blockSize: size, blockCount: count, frameSize: FRAME_SIZE, blockTimeout }, request);
      this.#setOption(SOL_PACKET, PACKET_RX_RING, request);
      const part = { fd: this.#descriptor.number, offset: 0, length: size * count, writable: true };
      const { buffer } = this.#resources.add(MemoryMapping.shared(part, operation));
      this.#blocks = Array.from({ length: count }, (_, at) => ({
        bytes: new Uint8Array(buffer, at * size, size),
        words: new Uint32Array(buffer, at * size, size / 4),
        view: new DataView(buffer, at * size, size),
      }));
      this.setFilter(options.filter);
      if (options.promiscuous && index !== 0) this.#joinPromiscuous();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #setOption(level: number, option: number, value: Uint8Array): void {
    check(
      libc.setsockopt(this.#descriptor.number, level, option, value, value.length),
      this.#options.operation,
      { request: value },
    );
  }

  #joinPromiscuous(): void {
    const request = new Uint8Array(PACKET_MREQ_SIZE);
    const { index } = this.#options;
    writePacketMreq({ index, type: PACKET_MR_PROMISC, address: new Uint8Array(0) }, request);
    this.#setOption(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request);
  }

  /** Replaces the filter (`SO_ATTACH_FILTER`, socket(7)). */
  setFilter(program: readonly Instruction[]): void {
    const { operation } = this.#options;
    using memory = MemoryMapping.anonymous(program.length * SOCK_FILTER_SIZE, operation);
    writeInstructions(program, new Uint8Array(memory.buffer));
    const request = new Uint8Array(SOCK_FPROG_SIZE);
    writeProgramReference(program.length, BigInt(memory.address), request);
    this.#setOption(SOL_SOCKET, SO_ATTACH_FILTER, request);
  }

  /**
   * Starts to receive packets.
   * @throws PromiscError `ENETDOWN` if the interface isn't up
   */
  listen(): void {
    const { operation, index } = this.#options;
    const address = new Uint8Array(SOCKADDR_LL_SIZE);
    writeLinkAddress(ETH_P_ALL, index, address);
    check(libc.bind(this.#descriptor.number, address, address.length), operation, { request: address });
    const errno = this.takeError();
    if (errno !== 0) throw kernelError({ operation, errno });
  }

  /**
   * Returns the socket's pending errno and clears it: `ENETDOWN` if the interface went down or was removed, 0 if there
   * is none.
   */
  takeError(): number {
    const error = new Int32Array(1);
    const size = Uint32Array.of(4);
    check(
      libc.getsockopt(this.#descriptor.number, SOL_SOCKET, SO_ERROR, error, size),
      this.#options.operation,
    );
    return error[0] as number;
  }

  /** Returns the next block, if the kernel has handed it over. It returns the same block until that is released. */
  ready(): RingBlock | undefined {
    const block = this.#blocks[this.#next];
    return block && Atomics.load(block.words, blockWord.status) & TP_STATUS_USER ? block : undefined;
  }

  /** Returns the block of {@link ready} to the kernel, which fills it again. */
  release(): void {
    const block = this.#blocks[this.#next];
    if (!block) return;
    Atomics.store(block.words, blockWord.status, 0);
    this.#next = this.#next + 1 === this.#blocks.length ? 0 : this.#next + 1;
  }

  /** Returns the statistics. It must be called before the kernel's 32-bit counters overflow. */
  statistics(): RingStatistics {
    const size = Uint32Array.of(this.#counters.byteLength);
    const { operation } = this.#options;
    check(
      libc.getsockopt(this.#descriptor.number, SOL_PACKET, PACKET_STATISTICS, this.#counters, size),
      operation,
    );
    // Reading resets the kernel's counters to zero.
    this.#counted.packets += this.#counters[statisticsWord.packets] as number;
    this.#counted.drops += this.#counters[statisticsWord.drops] as number;
    return { ...this.#counted };
  }

  /** Calls `onReady` from the event loop as long as a block or an error is waiting. */
  watch(onReady: () => void): libc.Watch {
    return libc.watchReadable(this.#descriptor.number, onReady);
  }

  /** Closes the ring. Blocks that are still referenced show zeros from then on. */
  [Symbol.dispose](): void {
    this.#blocks = [];
    this.#resources[Symbol.dispose]();
  }
}

/** Returns a sixteenth of the ring's size, within bounds and rounded to a power of two, and so to whole pages. */
function blockSizeFor(bufferSize: number): number {
  if (!(bufferSize >= MIN_BUFFER_SIZE && bufferSize <= MAX_BUFFER_SIZE))
    throw usageError(
      "make a capture buffer",
      `it can have ${MIN_BUFFER_SIZE} to ${MAX_BUFFER_SIZE} bytes, not ${bufferSize}`,
    );
  const wanted = 2 ** Math.floor(Math.log2(bufferSize / 16));
  return Math.min(MAX_BLOCK_SIZE, Math.max(MIN_BLOCK_SIZE, wanted));
}

function integer(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}
