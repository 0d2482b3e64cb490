import type { BtfMember } from "../../../wire/kernel/btf.js";
import { Assembler, type Register, type Size } from "../assembler.js";

/** The program's stack frame: offsets from r10, multiples of 8. */
export const frame = {
  /** The value that was read last. */
  scratch: -8,
  socketInode: -16,
  namespaceInode: -24,
  argumentsLength: -32,
  /** The address of the socket's network namespace. */
  namespace: -40,
  /** 32 bytes: the part of the caller's memory that is examined. */
  request: -72,
  /** 40 bytes: the system call's first five arguments. */
  arguments: -112,
} as const;

const sizes: Partial<Record<number, Size>> = { 1: "u8", 2: "u16", 4: "u32", 8: "u64" };

/** An assembler with instructions for the stack frame and for reading memory. */
export class FrameAssembler extends Assembler {
  /** destination = base->member, if the verifier knows the type of the base: a plain load, which can't fail. */
  loadMember(destination: Register, base: Register, { offset, size }: BtfMember): void {
    this.load(sizeOf(size), destination, base, offset);
  }

  /** Does what {@link loadMember} does for a pointer; jumps to `ifNull` if it is null. */
  loadPointer(destination: Register, base: Register, member: BtfMember, ifNull: string): void {
    this.loadMember(destination, base, member);
    this.jumpIf(destination, "==", 0, ifNull);
  }

  /** destination = base->member, for any kernel address; jumps to `failed` if it can't be read. Overwrites r0 to r5. */
  follow(destination: Register, base: Register, member: BtfMember, failed: string): void {
    this.readKernel(frame.scratch, base, member, failed);
    this.load(sizeOf(member.size), destination, "r10", frame.scratch);
  }

  /** Copies kernel memory at base + offset to the stack; jumps to `failed` if it can't be read. Overwrites r0 to r5. */
  readKernel(place: number, base: Register, part: BtfMember, failed: string): void {
    this.#read("probe_read_kernel", place, base, part, failed);
  }

  /** Copies the caller's memory to the stack; jumps to `failed` if it isn't resident. Overwrites r0 to r5. */
  readUser(place: number, base: Register, part: BtfMember, failed: string): void {
    this.#read("probe_read_user", place, base, part, failed);
  }

  #read(
    helper: "probe_read_kernel" | "probe_read_user",
    place: number,
    base: Register,
    { offset, size }: BtfMember,
    failed: string,
  ): void {
    this.move("r1", "r10");
    this.add("r1", place);
    this.move("r2", size);
    this.move("r3", base);
    this.add("r3", offset);
    this.call(helper);
    this.jumpIf("r0", "!=", 0, failed);
  }
}

function sizeOf(bytes: number): Size {
  const size = sizes[bytes];
  if (size === undefined) throw new Error(`no register has ${bytes} bytes`);
  return size;
}
