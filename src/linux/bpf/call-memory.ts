import { writeU64 } from "../../wire/bytes.js";
import { MemoryMapping } from "../ffi/memory-mapping.js";

/** A piece of memory that never moves. */
export interface Placed {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const ALIGNMENT = 8;

/** Memory for the arguments of one bpf(2) call, which contain the addresses of each other. */
export class CallMemory implements Disposable {
  readonly #mapping: MemoryMapping;
  #used = 0;

  /** @param sizes the sizes of the pieces that will be placed, in bytes */
  constructor(...sizes: number[]) {
    const total = sizes.reduce((sum, size) => sum + align(size), 0);
    this.#mapping = MemoryMapping.anonymous(total, "get memory for bpf(2)");
  }

  /** Returns the next piece, zeroed. */
  place(size: number): Placed {
    const bytes = new Uint8Array(this.#mapping.buffer, this.#used, size);
    const address = this.#mapping.address + this.#used;
    this.#used += align(size);
    return { address, bytes };
  }

  /** Returns the next piece with the given bytes, followed by zeros. */
  copy(bytes: Uint8Array, zeros = 0): Placed {
    const placed = this.place(bytes.length + zeros);
    placed.bytes.set(bytes);
    return placed;
  }

  [Symbol.dispose](): void {
    this.#mapping[Symbol.dispose]();
  }
}

/** Stores the address of `target` in a structure. */
export function writePointer(structure: Uint8Array, offset: number, target: Placed): void {
  writeU64(structure, offset, BigInt(target.address));
}

function align(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
