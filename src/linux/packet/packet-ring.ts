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
 * The kernel puts an Ethernet frame 82 bytes after its header's start. With two more, a pcap record header fits before
 * it with every field at a multiple of four, and an SLL2 header before a packet without link-level header.
 */
const RESERVE = 2;

/** A frame of the largest size without offloading beyond 64 KiB fits into a block. */
const MIN_BLOCK_SIZE = 128 * 1024;
/** Larger blocks cost less a packet. */
const MAX_BLOCK_SIZE = 4 * 1024 * 1024;
/** What a packet socket promises to be able to map, and an ArrayBuffer to hold. */
const MAX_BUFFER_SIZE = 2 ** 32;
/** Two blocks: one is filled while the other one is read. */
const MIN_BUFFER_SIZE = 2 * MIN_BLOCK_SIZE;
const FRAME_SIZE = 2048;

export interface PacketRingOptions {
  /** Of the interface; 0 is all. */
  readonly index: number;
  /** What it is for, after "cannot" in an error. */
  readonly operation: string;
  /** Packets without their link-level header (`SOCK_DGRAM`). */
  readonly cooked: boolean;
  /** Holds the interface promiscuous as long as this is open. */
  readonly promiscuous: boolean;
  /** In force before the first packet can come. */
  readonly filter: readonly Instruction[];
  /** Bytes of the whole ring. */
  readonly bufferSize: number;
  /** Milliseconds after which a block that isn't full is handed over. */
  readonly blockTimeout: number;
}

/** A part of the ring, whose frames are handed over together. */
export interface RingBlock {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly view: DataView;
}

/** What `PACKET_STATISTICS` counted since the ring was opened. */
export interface RingStatistics {
  /** Packets that passed the filter, those included that were dropped. */
  readonly packets: number;
  /** Those of them for which the ring had no room. */
  readonly drops: number;
}

/**
 * The receiving ring of a packet socket, `TPACKET_V3` (Documentation/networking/packet_mmap.rst): blocks that the kernel
 * fills and hands over in turn, in memory shared with it. The socket receives nothing until {@link listen}.
 */
export class PacketRing implements Disposable {
  readonly #descriptor: FileDescriptor;
  readonly #resources = new DisposableList();
  readonly #options: PacketRingOptions;
  #blocks: readonly RingBlock[];
  readonly #counters = new Uint32Array(STATISTICS_WORDS);
  readonly #counted = { packets: 0, drops: 0 };
  #next = 0;

  /** @throws PromiscError `privilege` without CAP_NET_RAW; `kernel` when there isn't memory enough */
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

  /** Replaces the filter: `SO_ATTACH_FILTER`, socket(7). */
  setFilter(program: readonly Instruction[]): void {
    const { operation } = this.#options;
    using memory = MemoryMapping.anonymous(program.length * SOCK_FILTER_SIZE, operation);
    writeInstructions(program, new Uint8Array(memory.buffer));
    const request = new Uint8Array(SOCK_FPROG_SIZE);
    writeProgramReference(program.length, BigInt(memory.address), request);
    this.#setOption(SOL_SOCKET, SO_ATTACH_FILTER, request);
  }

  /**
   * From now on packets are received.
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

  /** The errno that waits to be told, `ENETDOWN` when the interface went down or away; 0 if there is none. */
  takeError(): number {
    const error = new Int32Array(1);
    const size = Uint32Array.of(4);
    check(
      libc.getsockopt(this.#descriptor.number, SOL_SOCKET, SO_ERROR, error, size),
      this.#options.operation,
    );
    return error[0] as number;
  }

  /** The next block, if the kernel has handed it over. It is the same one until it is given back. */
  ready(): RingBlock | undefined {
    const block = this.#blocks[this.#next];
    return block && Atomics.load(block.words, blockWord.status) & TP_STATUS_USER ? block : undefined;
  }

  /** Gives the block of {@link ready} back to the kernel, which fills it anew. */
  release(): void {
    const block = this.#blocks[this.#next];
    if (!block) return;
    Atomics.store(block.words, blockWord.status, 0);
    this.#next = this.#next + 1 === this.#blocks.length ? 0 : this.#next + 1;
  }

  /** To be asked for before the kernel's counters, of 32 bits, are full. */
  statistics(): RingStatistics {
    const size = Uint32Array.of(this.#counters.byteLength);
    const { operation } = this.#options;
    check(
      libc.getsockopt(this.#descriptor.number, SOL_PACKET, PACKET_STATISTICS, this.#counters, size),
      operation,
    );
    // Reading sets the kernel's counters to zero.
    this.#counted.packets += this.#counters[statisticsWord.packets] as number;
    this.#counted.drops += this.#counters[statisticsWord.drops] as number;
    return { ...this.#counted };
  }

  /** Calls `onReady` from the event loop as long as a block or an error waits. */
  watch(onReady: () => void): libc.Watch {
    return libc.watchReadable(this.#descriptor.number, onReady);
  }

  /** The blocks are gone with it: who still has one sees zeros. */
  [Symbol.dispose](): void {
    this.#blocks = [];
    this.#resources[Symbol.dispose]();
  }
}

/** A sixteenth of the ring, within bounds: a power of two, and so whole pages. */
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
