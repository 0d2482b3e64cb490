import { check } from "./errno.js";
import * as libc from "./libc.js";

// asm-generic/mman-common.h
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;

/** The one owner of mapped memory (mmap(2)), which is unmapped when this is disposed of. */
export class MemoryMapping implements Disposable {
  readonly #address: number;
  #buffer: ArrayBuffer;

  private constructor(address: number, length: number) {
    this.#address = address;
    this.#buffer = libc.viewMemory(address, length);
  }

  /** Zeroed memory whose address can be handed to the kernel inside a structure. */
  static anonymous(length: number, operation: string): MemoryMapping {
    const address = libc.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return new MemoryMapping(check(address, operation), length);
  }

  /** Memory that the kernel shares by a descriptor. Only what is mapped writable may be written. */
  static shared(
    { fd, offset, length, writable }: { fd: number; offset: number; length: number; writable: boolean },
    operation: string,
  ): MemoryMapping {
    const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    const address = libc.mmap(0, length, protection, MAP_SHARED, fd, offset);
    return new MemoryMapping(check(address, operation), length);
  }

  get address(): number {
    return this.#address;
  }

  /** The memory itself; empty when it is unmapped. Views of it must not be used after that. */
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  [Symbol.dispose](): void {
    if (this.#buffer.byteLength === 0) return;
    const length = this.#buffer.byteLength;
    this.#buffer = new ArrayBuffer(0);
    libc.munmap(this.#address, length);
  }
}
