import { malformed } from "../../bytes.js";
import type { Instruction } from "./classic.js";
import * as bpf from "./classic.js";

/** How many times a program may jump back: `protochain` jumps back for each header that it skips. */
const PATIENCE = 65_536;

/**
 * Operands of `ja` from here on are negative. The kernel rejects such programs, but libpcap generates and runs them.
 */
const BACKWARD = 0x8000_0000;

/** Scratch memory. A program that reads a word before writing it reads 0, as in the kernel. */
const memory = new Uint32Array(bpf.BPF_MEMWORDS);

/**
 * A classic BPF program that runs over packets in memory, as with libpcap's `pcap_offline_filter(3PCAP)`. Running it
 * allocates nothing. Loads of metadata that only the kernel has are treated as loads beyond the packet's end, so such a
 * packet is rejected.
 */
export class PacketFilter {
  readonly #codes: Uint16Array;
  readonly #jumps: Uint16Array;
  readonly #operands: Uint32Array;
  readonly #usesMemory: boolean;

  /**
   * Checks and prepares a program.
   * @param program the instructions, for example from `compileFilter`
   * @throws PromiscError `malformed` if the program is invalid: the checks are those of the kernel's
   *   `bpf_check_classic`, except that loops are allowed
   */
  constructor(program: readonly Instruction[]) {
    checkProgram(program);
    this.#codes = Uint16Array.from(program, ({ code }) => code);
    this.#jumps = Uint16Array.from(program, ({ jt, jf }) => jt | (jf << 8));
    this.#operands = Uint32Array.from(program, ({ k }) => k);
    this.#usesMemory = program.some(isMemoryAccess);
  }

  /**
   * Runs the program over one packet. A program that reads beyond the captured bytes rejects the packet.
   * @param bytes the buffer that holds the packet
   * @param start offset of the packet in `bytes`
   * @param captured number of bytes of the packet in `bytes`
   * @param length number of bytes that the packet had on the wire
   * @returns the number of bytes to keep of the packet; 0 if it is rejected
   */
  run(bytes: Uint8Array, start: number, captured: number, length: number): number {
    const codes = this.#codes;
    const jumps = this.#jumps;
    const operands = this.#operands;
    if (this.#usesMemory) memory.fill(0);
    // Both registers hold 32 bits as signed integers, which JavaScript engines store cheaply. Comparisons convert them
    // to unsigned.
    let a = 0;
    let x = 0;
    let jumpsBack = 0;
    // The checks guarantee that the program ends with a return and never jumps outside of itself.
    for (let pc = 0; ; pc++) {
      const code = codes[pc] as number;
      const k = operands[pc] as number;
      switch (code) {
        case bpf.BPF_RET | bpf.BPF_K:
          return k;
        case bpf.BPF_RET | bpf.BPF_A:
          return a >>> 0;
        case bpf.BPF_LD | bpf.BPF_W | bpf.BPF_ABS:
        case bpf.BPF_LD | bpf.BPF_W | bpf.BPF_IND: {
          const at = code & bpf.BPF_ABS ? k : (x + k) >>> 0;
          if (at + 4 > captured) return 0;
          const from = start + at;
          a =
            ((bytes[from] as number) << 24) |
            ((bytes[from + 1] as number) << 16) |
            ((bytes[from + 2] as number) << 8) |
            (bytes[from + 3] as number);
          break;
        }
        case bpf.BPF_LD | bpf.BPF_H | bpf.BPF_ABS:
        case bpf.BPF_LD | bpf.BPF_H | bpf.BPF_IND: {
          const at = code & bpf.BPF_ABS ? k : (x + k) >>> 0;
          if (at + 2 > captured) return 0;
          a = ((bytes[start + at] as number) << 8) | (bytes[start + at + 1] as number);
          break;
        }
        case bpf.BPF_LD | bpf.BPF_B | bpf.BPF_ABS:
        case bpf.BPF_LD | bpf.BPF_B | bpf.BPF_IND: {
          const at = code & bpf.BPF_ABS ? k : (x + k) >>> 0;
          if (at >= captured) return 0;
          a = bytes[start + at] as number;
          break;
        }
        case bpf.BPF_LDX | bpf.BPF_MSH | bpf.BPF_B:
          if (k >= captured) return 0;
          x = ((bytes[start + k] as number) & 0xf) << 2;
          break;
        case bpf.BPF_LD | bpf.BPF_LEN:
          a = length | 0;
          break;
        case bpf.BPF_LDX | bpf.BPF_LEN:
          x = length | 0;
          break;
        case bpf.BPF_LD | bpf.BPF_IMM:
          a = k | 0;
          break;
        case bpf.BPF_LDX | bpf.BPF_IMM:
          x = k | 0;
          break;
        case bpf.BPF_LD | bpf.BPF_MEM:
          a = (memory[k] as number) | 0;
          break;
        case bpf.BPF_LDX | bpf.BPF_MEM:
          x = (memory[k] as number) | 0;
          break;
        case bpf.BPF_ST:
          memory[k] = a;
          break;
        case bpf.BPF_STX:
          memory[k] = x;
          break;
        case bpf.BPF_JMP | bpf.BPF_JA:
          pc += k | 0;
          if (k >= BACKWARD && ++jumpsBack > PATIENCE) return 0;
          break;
        case bpf.BPF_JMP | bpf.BPF_JEQ | bpf.BPF_K:
          pc += branch(jumps[pc] as number, a >>> 0 === k);
          break;
        case bpf.BPF_JMP | bpf.BPF_JGT | bpf.BPF_K:
          pc += branch(jumps[pc] as number, a >>> 0 > k);
          break;
        case bpf.BPF_JMP | bpf.BPF_JGE | bpf.BPF_K:
          pc += branch(jumps[pc] as number, a >>> 0 >= k);
          break;
        case bpf.BPF_JMP | bpf.BPF_JSET | bpf.BPF_K:
          pc += branch(jumps[pc] as number, (a & k) !== 0);
          break;
        case bpf.BPF_JMP | bpf.BPF_JEQ | bpf.BPF_X:
          pc += branch(jumps[pc] as number, a === x);
          break;
        case bpf.BPF_JMP | bpf.BPF_JGT | bpf.BPF_X:
          pc += branch(jumps[pc] as number, a >>> 0 > x >>> 0);
          break;
        case bpf.BPF_JMP | bpf.BPF_JGE | bpf.BPF_X:
          pc += branch(jumps[pc] as number, a >>> 0 >= x >>> 0);
          break;
        case bpf.BPF_JMP | bpf.BPF_JSET | bpf.BPF_X:
          pc += branch(jumps[pc] as number, (a & x) !== 0);
          break;
        case bpf.BPF_ALU | bpf.BPF_NEG:
          a = -a | 0;
          break;
        case bpf.BPF_MISC | bpf.BPF_TAX:
          x = a;
          break;
        case bpf.BPF_MISC | bpf.BPF_TXA:
          a = x;
          break;
        default: {
          const operand = code & bpf.BPF_X ? x : k | 0;
          const operation = code & 0xf0;
          if (operand === 0 && (operation === bpf.BPF_DIV || operation === bpf.BPF_MOD)) return 0;
          a = calculate(operation, a, operand);
        }
      }
    }
  }
}

function branch(targets: number, holds: boolean): number {
  return holds ? targets & 0xff : targets >>> 8;
}

/** Calculates with A and an operand as an instruction of class `BPF_ALU` does. The result is a signed integer. */
export function calculate(operation: number, a: number, operand: number): number {
  switch (operation) {
    case bpf.BPF_ADD:
      return (a + operand) | 0;
    case bpf.BPF_SUB:
      return (a - operand) | 0;
    case bpf.BPF_MUL:
      return Math.imul(a, operand);
    case bpf.BPF_DIV:
      return ((a >>> 0) / (operand >>> 0)) | 0;
    case bpf.BPF_MOD:
      return ((a >>> 0) % (operand >>> 0)) | 0;
    case bpf.BPF_OR:
      return a | operand;
    case bpf.BPF_AND:
      return a & operand;
    case bpf.BPF_XOR:
      return a ^ operand;
    case bpf.BPF_LSH:
      return operand >>> 0 < 32 ? a << operand : 0;
    default:
      return operand >>> 0 < 32 ? (a >>> operand) | 0 : 0;
  }
}

const kinds = {
  load: new Set(
    [bpf.BPF_ABS, bpf.BPF_IND]
      .flatMap((mode) => [bpf.BPF_W, bpf.BPF_H, bpf.BPF_B].map((size) => bpf.BPF_LD | size | mode))
      .concat(
        bpf.BPF_LDX | bpf.BPF_MSH | bpf.BPF_B,
        [bpf.BPF_IMM, bpf.BPF_LEN].flatMap((mode) => [bpf.BPF_LD | mode, bpf.BPF_LDX | mode]),
      ),
  ),
  memory: new Set([bpf.BPF_LD | bpf.BPF_MEM, bpf.BPF_LDX | bpf.BPF_MEM, bpf.BPF_ST, bpf.BPF_STX]),
  jump: new Set(
    [bpf.BPF_JEQ, bpf.BPF_JGT, bpf.BPF_JGE, bpf.BPF_JSET].flatMap((operation) => [
      bpf.BPF_JMP | operation | bpf.BPF_K,
      bpf.BPF_JMP | operation | bpf.BPF_X,
    ]),
  ),
  other: new Set([
    bpf.BPF_RET | bpf.BPF_K,
    bpf.BPF_RET | bpf.BPF_A,
    bpf.BPF_ALU | bpf.BPF_NEG,
    bpf.BPF_MISC | bpf.BPF_TAX,
    bpf.BPF_MISC | bpf.BPF_TXA,
    ...[
      bpf.BPF_ADD,
      bpf.BPF_SUB,
      bpf.BPF_MUL,
      bpf.BPF_DIV,
      bpf.BPF_OR,
      bpf.BPF_AND,
      bpf.BPF_LSH,
      bpf.BPF_RSH,
      bpf.BPF_MOD,
      bpf.BPF_XOR,
    ].flatMap((operation) => [bpf.BPF_ALU | operation | bpf.BPF_K, bpf.BPF_ALU | operation | bpf.BPF_X]),
  ]),
};

function isMemoryAccess({ code }: Instruction): boolean {
  return kinds.memory.has(code);
}

/**
 * Checks a program as the kernel's `bpf_check_classic` does, except that loops are allowed.
 * @throws PromiscError `malformed` if the program is invalid
 */
export function checkProgram(program: readonly Instruction[]): void {
  const wrong = (index: number, reason: string) => malformed(`BPF instruction ${index}`, reason);
  if (program.length === 0 || program.length > bpf.BPF_MAXINSNS)
    throw malformed("BPF program", `${program.length} instructions; 1 to ${bpf.BPF_MAXINSNS} can be`);
  const last = program.length - 1;
  program.forEach((instruction, index) => {
    const { code, jt, jf, k } = instruction;
    if (kinds.jump.has(code)) {
      if (index + 1 + Math.max(jt, jf) > last) throw wrong(index, "jumps past the end");
    } else if (code === (bpf.BPF_JMP | bpf.BPF_JA)) {
      const target = index + 1 + (k | 0);
      if (target > last || target < 0) throw wrong(index, "jumps past the end");
    } else if (isMemoryAccess(instruction)) {
      if (k >= bpf.BPF_MEMWORDS) throw wrong(index, `there is no M[${k}]`);
    } else if (!kinds.load.has(code) && !kinds.other.has(code))
      throw wrong(index, `unknown code 0x${code.toString(16)}`);
    const isDivision = code === (bpf.BPF_ALU | bpf.BPF_DIV) || code === (bpf.BPF_ALU | bpf.BPF_MOD);
    if (isDivision && k === 0) throw wrong(index, "divides by zero");
  });
  if (((program[last] as Instruction).code & 7) !== bpf.BPF_RET) throw wrong(last, "doesn't return");
}
