import { check } from "./errno.js";
import * as libc from "./libc.js";

// asm-generic/mman-common.h
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

interface MappedRange {
  readonly address: number;
  readonly length: number;
}

/** Addresses of mappings that were ended while views of them may still be about: theirs until nothing refers to the buffer. */
const outlived = new FinalizationRegistry<MappedRange>(({ address, length }) => {
  libc.munmap(address, length);
});

/**
 * The one owner of mapped memory (mmap(2)), which is given back when this is disposed of. Nobody can be kept from using a
 * view of shared memory after that, and to touch an address where nothing is ends the process. So other memory takes its
 * place: zeros, which take no room unless they are written to. The addresses are given back with the buffer.
 */
export class MemoryMapping implements Disposable {
  readonly #address: number;
  readonly #isShared: boolean;
  #buffer: ArrayBuffer;

  private constructor(address: number, length: number, isShared: boolean) {
    this.#address = address;
    this.#isShared = isShared;
    this.#buffer = libc.viewMemory(address, length);
  }

  /**
   * Zeroed memory whose address can be handed to the kernel inside a structure: for the time of a call, and for nobody
   * else, because its addresses are given back at once.
   */
  static anonymous(length: number, operation: string): MemoryMapping {
    const address = libc.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return new MemoryMapping(check(address, operation), length, false);
  }

  /** Memory that the kernel shares by a descriptor. Only what is mapped writable may be written. */
  static shared(
    { fd, offset, length, writable }: { fd: number; offset: number; length: number; writable: boolean },
    operation: string,
  ): MemoryMapping {
    const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    const address = libc.mmap(0, length, protection, MAP_SHARED, fd, offset);
    return new MemoryMapping(check(address, operation), length, true);
  }

  get address(): number {
    return this.#address;
  }

  /** The memory itself; empty when it is given back. What views it still, if it was shared, sees zeros from then on. */
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  [Symbol.dispose](): void {
    const buffer = this.#buffer;
    const range = { address: this.#address, length: buffer.byteLength };
    if (range.length === 0) return;
    this.#buffer = new ArrayBuffer(0);
    if (!this.#isShared) {
      libc.munmap(range.address, range.length);
      return;
    }
    // Where the kernel refuses, for want of memory, the shared one stays as long as the addresses do.
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    libc.mmap(range.address, range.length, PROT_READ | PROT_WRITE, flags, -1, 0);
    outlived.register(buffer, range);
  }
}
