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

/**
 * The addresses of mappings that were released while views of them may still exist. They are unmapped when nothing
 * refers to the buffer any more.
 */
const outlived = new FinalizationRegistry<MappedRange>(({ address, length }) => {
  libc.munmap(address, length);
});

/**
 * The sole owner of mapped memory (mmap(2)), which is released when this object is disposed of. Views of shared memory
 * may still be in use then, and touching an unmapped address would kill the process. Therefore zeroed memory takes its
 * place, which uses no physical memory unless it is written to. The addresses are unmapped when the buffer is
 * garbage-collected.
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
   * Maps zeroed memory whose address can be passed to the kernel inside a structure. It must only be used during a
   * call, because its addresses are unmapped at once when it is disposed of.
   */
  static anonymous(length: number, operation: string): MemoryMapping {
    const address = libc.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return new MemoryMapping(check(address, operation), length, false);
  }

  /** Maps memory that the kernel shares through a descriptor. It may be written to only if `writable` is set. */
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

  /** The memory; empty once it is released. Views of shared memory that remain see zeros from then on. */
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
    // If the kernel refuses because memory is short, the shared memory stays mapped as long as the addresses are used.
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    libc.mmap(range.address, range.length, PROT_READ | PROT_WRITE, flags, -1, 0);
    outlived.register(buffer, range);
  }
}
