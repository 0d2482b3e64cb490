import type { BtfMember } from "../../../wire/kernel/btf.js";
import { Assembler, type Register, type Size } from "../assembler.js";

/** What the program keeps on its stack: offsets from r10, multiples of 8. */
export const frame = {
  /** What was read last. */
  scratch: -8,
  socketInode: -16,
  namespaceInode: -24,
  argumentsLength: -32,
  /** The address of the socket's network namespace. */
  namespace: -40,
  /** 32 bytes: what is looked at of the caller's memory. */
  request: -72,
  /** 40 bytes: the system call's first five arguments. */
  arguments: -112,
} as const;

const sizes: Partial<Record<number, Size>> = { 1: "u8", 2: "u16", 4: "u32", 8: "u64" };

/** An assembler that knows the stack, and how to get at memory. */
export class FrameAssembler extends Assembler {
  /** destination = base->member, where the verifier knows of what type the base is: a plain load, which can't fail. */
  loadMember(destination: Register, base: Register, { offset, size }: BtfMember): void {
    this.load(sizeOf(size), destination, base, offset);
  }

  /** The same for a pointer; jumps to `ifNull` if it is null. */
  loadPointer(destination: Register, base: Register, member: BtfMember, ifNull: string): void {
    this.loadMember(destination, base, member);
    this.jumpIf(destination, "==", 0, ifNull);
  }

  /** destination = base->member, by a kernel address of any origin; jumps to `failed` if it isn't one. Loses r0 to r5. */
  follow(destination: Register, base: Register, member: BtfMember, failed: string): void {
    this.readKernel(frame.scratch, base, member, failed);
    this.load(sizeOf(member.size), destination, "r10", frame.scratch);
  }

  /** Copies kernel memory at base + offset to a place on the stack; jumps to `failed` if there is none. Loses r0 to r5. */
  readKernel(place: number, base: Register, part: BtfMember, failed: string): void {
    this.#read("probe_read_kernel", place, base, part, failed);
  }

  /** Copies the caller's memory to a place on the stack; jumps to `failed` if it isn't there now. Loses r0 to r5. */
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
