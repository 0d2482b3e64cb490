import { malformed, readU16, readU32, writeU16, writeU32, writeU64 } from "../../bytes.js";

// linux/bpf_common.h, linux/filter.h: the parts of an instruction's code.
export const BPF_LD = 0x00;
export const BPF_LDX = 0x01;
export const BPF_ST = 0x02;
export const BPF_STX = 0x03;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_RET = 0x06;
export const BPF_MISC = 0x07;

export const BPF_W = 0x00;
export const BPF_H = 0x08;
export const BPF_B = 0x10;

export const BPF_IMM = 0x00;
export const BPF_ABS = 0x20;
export const BPF_IND = 0x40;
export const BPF_MEM = 0x60;
export const BPF_LEN = 0x80;
export const BPF_MSH = 0xa0;

export const BPF_ADD = 0x00;
export const BPF_SUB = 0x10;
export const BPF_MUL = 0x20;
export const BPF_DIV = 0x30;
export const BPF_OR = 0x40;
export const BPF_AND = 0x50;
export const BPF_LSH = 0x60;
export const BPF_RSH = 0x70;
export const BPF_NEG = 0x80;
export const BPF_MOD = 0x90;
export const BPF_XOR = 0xa0;

export const BPF_JA = 0x00;
export const BPF_JEQ = 0x10;
export const BPF_JGT = 0x20;
export const BPF_JGE = 0x30;
export const BPF_JSET = 0x40;

export const BPF_K = 0x00;
export const BPF_X = 0x08;
export const BPF_A = 0x10;
export const BPF_TAX = 0x00;
export const BPF_TXA = 0x80;

/** The number of words of scratch memory, `M[0]` to `M[15]`. */
export const BPF_MEMWORDS = 16;
/** The largest number of instructions that Linux accepts in a program. */
export const BPF_MAXINSNS = 4096;

/**
 * linux/filter.h: absolute loads from this offset on load metadata from the kernel instead of the packet's bytes. The
 * value is unsigned here, as in an instruction; the header has -0x1000.
 */
export const SKF_AD_OFF = 0xffff_f000;
export const SKF_AD_PROTOCOL = 0;
export const SKF_AD_PKTTYPE = 4;
export const SKF_AD_IFINDEX = 8;
export const SKF_AD_HATYPE = 28;

/** One instruction of classic BPF (`struct sock_filter`, linux/filter.h). */
export interface Instruction {
  readonly code: number;
  /** The number of instructions to skip if a comparison is true. */
  readonly jt: number;
  /** The number of instructions to skip if a comparison is false. */
  readonly jf: number;
  /** The operand, unsigned. */
  readonly k: number;
}

/** Returns an instruction that doesn't jump (BPF_STMT of linux/filter.h). */
export function statement(code: number, k: number): Instruction {
  return { code, jt: 0, jf: 0, k };
}

/**
 * Returns an instruction that compares A with `k`, and skips `jt` instructions if the comparison is true, `jf` if it is
 * false (BPF_JUMP of linux/filter.h).
 */
export function jump(comparison: number, k: number, jt: number, jf: number): Instruction {
  return { code: BPF_JMP | comparison | BPF_K, jt, jf, k };
}

/**
 * Returns an instruction that loads part of the packet into A.
 * @param size `BPF_B`, `BPF_H` or `BPF_W`
 * @param at offset in the packet, in bytes
 */
export function load(size: number, at: number): Instruction {
  return statement(BPF_LD | size | BPF_ABS, at);
}

/** Returns an instruction that skips `jt` instructions if A equals `k`, and `jf` otherwise. */
export function ifEqual(k: number, jt: number, jf: number): Instruction {
  return jump(BPF_JEQ, k, jt, jf);
}

/** Returns an instruction that accepts the packet's first `snapLength` bytes; 0 rejects it. */
export function accept(snapLength: number): Instruction {
  return statement(BPF_RET | BPF_K, snapLength);
}

/** Size of `struct sock_filter`; libpcap's `struct bpf_insn` is the same. */
export const SOCK_FILTER_SIZE = 8;

const field = { code: 0, jt: 2, jf: 3, k: 4 } as const;

export function writeInstructions(program: readonly Instruction[], into: Uint8Array): void {
  program.forEach(({ code, jt, jf, k }, index) => {
    const at = index * SOCK_FILTER_SIZE;
    writeU16(into, at + field.code, code);
    into[at + field.jt] = jt;
    into[at + field.jf] = jf;
    writeU32(into, at + field.k, k);
  });
}

/** Size of `struct sock_fprog` (linux/filter.h): a program's length and address. */
export const SOCK_FPROG_SIZE = 16;

const programField = { length: 0, address: 8 } as const;

/** Writes a `struct sock_fprog` for a program of `length` instructions at `address`. */
export function writeProgramReference(length: number, address: bigint, into: Uint8Array): void {
  into.fill(0, 0, SOCK_FPROG_SIZE);
  writeU16(into, programField.length, length);
  writeU64(into, programField.address, address);
}

/** Reads all instructions in `bytes`. */
export function readInstructions(bytes: Uint8Array): Instruction[] {
  if (bytes.length % SOCK_FILTER_SIZE !== 0)
    throw malformed("sock_filter", `${bytes.length} bytes aren't whole instructions`);
  return Array.from({ length: bytes.length / SOCK_FILTER_SIZE }, (_, index) => {
    const at = index * SOCK_FILTER_SIZE;
    return {
      code: readU16(bytes, at + field.code),
      jt: bytes[at + field.jt] as number,
      jf: bytes[at + field.jf] as number,
      k: readU32(bytes, at + field.k),
    };
  });
}

const CLASS_MASK = 0x07;
const MODE_MASK = 0xe0;

/** Reports whether an instruction reads the packet: an absolute or indexed load, or that of an IPv4 header's length. */
export function loadsFromPacket({ code }: Instruction): boolean {
  const kind = code & CLASS_MASK;
  const mode = code & MODE_MASK;
  if (kind === BPF_LD) return mode === BPF_ABS || mode === BPF_IND;
  return kind === BPF_LDX && mode === BPF_MSH;
}

/** Reports whether an instruction is an absolute load: from `k` in the packet, or of metadata from `SKF_AD_OFF` on. */
export function loadsAbsolute({ code }: Instruction): boolean {
  return (code & (CLASS_MASK | MODE_MASK)) === (BPF_LD | BPF_ABS);
}

/** Reports whether a program uses metadata that only the kernel has, such as a packet's direction or interface. */
export function readsAncillary(program: readonly Instruction[]): boolean {
  return program.some((instruction) => loadsAbsolute(instruction) && instruction.k >= SKF_AD_OFF);
}

/** Returns the same program, except that it accepts at most `snapLength` bytes of each packet. */
export function withSnapLength(program: readonly Instruction[], snapLength: number): Instruction[] {
  return program.map((instruction) =>
    instruction.code === (BPF_RET | BPF_K) && instruction.k !== 0
      ? { ...instruction, k: snapLength }
      : instruction,
  );
}

/** Returns the program that accepts the first `snapLength` bytes of every packet; 0 rejects all. */
export function acceptAll(snapLength: number): Instruction[] {
  return [accept(snapLength)];
}
