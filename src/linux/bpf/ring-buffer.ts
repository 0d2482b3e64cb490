import { DisposableList } from "../../disposable-list.js";
import * as libc from "../ffi/libc.js";
import { MemoryMapping } from "../ffi/memory-mapping.js";
import { createRingBuffer } from "./bpf-call.js";

// linux/bpf.h
const BPF_RINGBUF_BUSY_BIT = 0x8000_0000;
const BPF_RINGBUF_DISCARD_BIT = 0x4000_0000;
const BPF_RINGBUF_HDR_SZ = 8;

const LENGTH_MASK = 0x3fff_ffff;

/**
 * How many times to look at a record that is still being written. This takes some microseconds, and the writer a
 * fraction of one.
 */
const PATIENCE = 1000;

/**
 * The reader's side of a BPF ring buffer (Documentation/bpf/ringbuf.rst), in the memory shared with the kernel: a page
 * with the reader's position, one with the writers' position, and the records, which are mapped twice so that none of
 * them is split.
 */
export class RingBuffer implements Disposable {
  readonly fd: number;
  readonly #size: number;
  readonly #resources = new DisposableList();
  /** Positions count bytes from the beginning; they never wrap. */
  readonly #consumed: BigUint64Array;
  readonly #produced: BigUint64Array;
  readonly #headers: Uint32Array;
  readonly #data: Uint8Array;
  #disposed = false;

  /** @param size in bytes: a power of two, and a multiple of the page size */
  constructor(size: number) {
    this.#size = size;
    try {
      const page = libc.getpagesize();
      this.fd = this.#resources.add(createRingBuffer(size)).number;
      this.#consumed = new BigUint64Array(this.#map(0, page, true), 0, 1);
      const producer = this.#map(page, page + 2 * size, false);
      this.#produced = new BigUint64Array(producer, 0, 1);
      this.#headers = new Uint32Array(producer, page);
      this.#data = new Uint8Array(producer, page);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #map(offset: number, length: number, writable: boolean): ArrayBuffer {
    const part = { fd: this.fd, offset, length, writable };
    return this.#resources.add(MemoryMapping.shared(part, "map a ring buffer")).buffer;
  }

  /** The writers' position, for {@link takeUntil}. */
  get produced(): bigint {
    return this.#disposed ? 0n : Atomics.load(this.#produced, 0);
  }

  /**
   * Removes and returns the next record, if it begins before a position.
   * @returns a copy; undefined if there is no record, or it isn't finished
   */
  takeUntil(end: bigint): Uint8Array | undefined {
    if (this.#disposed) return undefined;
    for (;;) {
      const position = Atomics.load(this.#consumed, 0);
      if (position >= end) return undefined;
      const at = Number(position % BigInt(this.#size));
      const header = this.#finished(at);
      if (header === undefined) return undefined;
      const length = header & LENGTH_MASK;
      const start = at + BPF_RINGBUF_HDR_SZ;
      const bytes = this.#data.slice(start, start + length);
      Atomics.store(this.#consumed, 0, position + BigInt((BPF_RINGBUF_HDR_SZ + length + 7) & ~7));
      if (!(header & BPF_RINGBUF_DISCARD_BIT)) return bytes;
    }
  }

  /** Returns the header of the record at an offset, once its writer has finished it. */
  #finished(at: number): number | undefined {
    for (let looks = 0; looks < PATIENCE; looks++) {
      const header = Atomics.load(this.#headers, at / this.#headers.BYTES_PER_ELEMENT);
      if (!(header & BPF_RINGBUF_BUSY_BIT)) return header;
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#resources[Symbol.dispose]();
  }
}
