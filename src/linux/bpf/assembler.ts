import { writeU16, writeU32 } from "../../wire/bytes.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";

/**
 * A BPF register: r0 holds a call's result; r1 to r5 hold its arguments, which the call overwrites; r6 to r9 survive
 * calls; r10 is the end of the stack.
 */
export type Register = "r0" | "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8" | "r9" | "r10";

/** A register, or a signed 32-bit number, which is sign-extended to 64 bits. */
export type Operand = Register | number;

// linux/bpf.h: what classic BPF doesn't have.
const BPF_JMP32 = 0x06;
const BPF_ALU64 = 0x07;
const BPF_DW = 0x18;
const BPF_ATOMIC = 0xc0;
const BPF_MOV = 0xb0;
const BPF_JNE = 0x50;
const BPF_JLT = 0xa0;
const BPF_JLE = 0xb0;
const BPF_JSLT = 0xc0;
const BPF_CALL = 0x80;
const BPF_EXIT = 0x90;
const BPF_PSEUDO_MAP_FD = 1;
const BPF_PSEUDO_MAP_VALUE = 2;

const sizes = { u8: bpf.BPF_B, u16: bpf.BPF_H, u32: bpf.BPF_W, u64: BPF_DW } as const;

/** The width of a load or store. Loads of fewer than 64 bits are zero-extended. */
export type Size = keyof typeof sizes;

const operations = {
  add: bpf.BPF_ADD,
  subtract: bpf.BPF_SUB,
  and: bpf.BPF_AND,
  shiftLeft: bpf.BPF_LSH,
  shiftRight: bpf.BPF_RSH,
  move: BPF_MOV,
};

const comparisons = {
  "==": bpf.BPF_JEQ,
  "!=": BPF_JNE,
  ">": bpf.BPF_JGT,
  ">=": bpf.BPF_JGE,
  "<": BPF_JLT,
  "<=": BPF_JLE,
  /** True if they have any bit in common. */
  "&": bpf.BPF_JSET,
  "signed <": BPF_JSLT,
} as const;

/** A comparison. All but those called signed are unsigned. */
export type JumpCondition = keyof typeof comparisons;

/** linux/bpf.h: enum bpf_func_id. */
const helpers = {
  ktime_get_ns: 5,
  get_current_uid_gid: 15,
  probe_read_user: 112,
  probe_read_kernel: 113,
  ringbuf_reserve: 131,
  ringbuf_submit: 132,
  ringbuf_query: 134,
  get_current_task_btf: 158,
} as const;

/** A helper function of the kernel, without the prefix `bpf_` (bpf-helpers(7)). */
export type Helper = keyof typeof helpers;

/** Size of `struct bpf_insn` (linux/bpf.h). */
export const INSTRUCTION_SIZE = 8;

const field = { opcode: 0, registers: 1, offset: 2, immediate: 4 } as const;

interface EbpfInstruction {
  readonly opcode: number;
  readonly destination?: Register;
  readonly source?: Register | undefined;
  /** `BPF_PSEUDO_*`, in place of the source. */
  readonly pseudo?: number;
  readonly offset?: number;
  /** A label to jump to, in place of the offset. */
  readonly target?: string;
  readonly immediate?: number;
}

/**
 * Assembles programs for the kernel's BPF machine, one instruction per call, in the order of the calls
 * (Documentation/bpf/standardization/instruction-set.rst). The result is for little-endian kernels.
 */
export class Assembler {
  readonly #instructions: EbpfInstruction[] = [];
  readonly #labels = new Map<string, number>();

  /** Defines a label for the next instruction. */
  label(name: string): void {
    if (this.#labels.has(name)) throw new Error(`the label ${name} is there twice`);
    this.#labels.set(name, this.#instructions.length);
  }

  /** destination = *(size *)(base + offset) */
  load(size: Size, destination: Register, base: Register, offset: number): void {
    this.#add({ opcode: bpf.BPF_LDX | bpf.BPF_MEM | sizes[size], destination, source: base, offset });
  }

  /** *(size *)(base + offset) = value */
  store(size: Size, base: Register, offset: number, value: Operand): void {
    const opcode = (typeof value === "number" ? bpf.BPF_ST : bpf.BPF_STX) | bpf.BPF_MEM | sizes[size];
    this.#add({ opcode, destination: base, offset, ...fromOperand(value) });
  }

  /** *(u64 *)(base + offset) += value, atomically */
  atomicAdd(base: Register, offset: number, value: Register): void {
    this.#add({
      opcode: bpf.BPF_STX | BPF_ATOMIC | sizes.u64,
      destination: base,
      offset,
      source: value,
      immediate: operations.add,
    });
  }

  move(destination: Register, value: Operand): void {
    this.#arithmetic("move", destination, value);
  }

  add(destination: Register, value: Operand): void {
    this.#arithmetic("add", destination, value);
  }

  subtract(destination: Register, value: Operand): void {
    this.#arithmetic("subtract", destination, value);
  }

  and(destination: Register, value: Operand): void {
    this.#arithmetic("and", destination, value);
  }

  shiftLeft(destination: Register, value: Operand): void {
    this.#arithmetic("shiftLeft", destination, value);
  }

  shiftRight(destination: Register, value: Operand): void {
    this.#arithmetic("shiftRight", destination, value);
  }

  /** destination = the map itself, for a helper that takes one */
  loadMap(destination: Register, fd: number): void {
    this.#loadWide(destination, BPF_PSEUDO_MAP_FD, fd, 0);
  }

  /** destination = the address of an array map's first value, plus an offset */
  loadMapValue(destination: Register, fd: number, offset: number): void {
    this.#loadWide(destination, BPF_PSEUDO_MAP_VALUE, fd, offset);
  }

  jump(target: string): void {
    this.#add({ opcode: bpf.BPF_JMP | bpf.BPF_JA, target });
  }

  /** Jumps if the comparison of all 64 bits is true. */
  jumpIf(left: Register, comparison: JumpCondition, right: Operand, target: string): void {
    this.#compare(bpf.BPF_JMP, left, comparison, right, target);
  }

  /** Jumps if the comparison of the lower 32 bits is true. */
  jumpIf32(left: Register, comparison: JumpCondition, right: Operand, target: string): void {
    this.#compare(BPF_JMP32, left, comparison, right, target);
  }

  /** r0 = helper(r1, …, r5) */
  call(helper: Helper): void {
    this.#add({ opcode: bpf.BPF_JMP | BPF_CALL, immediate: helpers[helper] });
  }

  /** Ends the program with r0 as its result. */
  exit(): void {
    this.#add({ opcode: bpf.BPF_JMP | BPF_EXIT });
  }

  /** Returns the program, an array of `struct bpf_insn`. */
  assemble(): Uint8Array {
    const program = new Uint8Array(this.#instructions.length * INSTRUCTION_SIZE);
    this.#instructions.forEach((instruction, position) => {
      const offset = this.#offset(instruction, position);
      write(instruction, offset, program, position * INSTRUCTION_SIZE);
    });
    return program;
  }

  #arithmetic(operation: keyof typeof operations, destination: Register, value: Operand): void {
    const source = typeof value === "number" ? 0 : bpf.BPF_X;
    this.#add({ opcode: BPF_ALU64 | source | operations[operation], destination, ...fromOperand(value) });
  }

  #compare(width: number, left: Register, comparison: JumpCondition, right: Operand, target: string): void {
    const source = typeof right === "number" ? 0 : bpf.BPF_X;
    const opcode = width | source | comparisons[comparison];
    this.#add({ opcode, destination: left, target, ...fromOperand(right) });
  }

  /** Adds the one instruction that is two instructions long. */
  #loadWide(destination: Register, pseudo: number, low: number, high: number): void {
    this.#add({ opcode: bpf.BPF_LD | bpf.BPF_IMM | sizes.u64, destination, pseudo, immediate: low });
    this.#add({ opcode: 0, immediate: high });
  }

  #add(instruction: EbpfInstruction): void {
    this.#instructions.push(instruction);
  }

  /** Returns an instruction's offset. Jumps are counted in instructions, from the one after the jump. */
  #offset({ target, offset = 0 }: EbpfInstruction, position: number): number {
    if (target === undefined) return offset;
    const to = this.#labels.get(target);
    if (to === undefined) throw new Error(`there is no label ${target}`);
    return to - position - 1;
  }
}

function fromOperand(operand: Operand): Pick<EbpfInstruction, "source" | "immediate"> {
  return typeof operand === "number" ? { immediate: operand } : { source: operand };
}

function write(instruction: EbpfInstruction, offset: number, into: Uint8Array, at: number): void {
  const { opcode, destination, source, pseudo = 0, immediate = 0 } = instruction;
  into[at + field.opcode] = opcode;
  into[at + field.registers] =
    numberOf(destination) | ((source === undefined ? pseudo : numberOf(source)) << 4);
  writeU16(into, at + field.offset, offset & 0xffff);
  writeU32(into, at + field.immediate, immediate);
}

function numberOf(register: Register = "r0"): number {
  return Number(register.slice(1));
}
