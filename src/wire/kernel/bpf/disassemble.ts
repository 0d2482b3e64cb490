import type { Instruction } from "./classic.js";
import * as bpf from "./classic.js";

// linux/filter.h: SKF_AD_*, with the names that libpcap prints.
const ancillary: Readonly<Record<number, string>> = {
  0: "proto",
  4: "type",
  8: "ifidx",
  12: "nla",
  16: "nlan",
  20: "mark",
  24: "queue",
  28: "hatype",
  32: "rxhash",
  36: "cpu",
  40: "xor_x",
  44: "vlan_tci",
  48: "vlanp",
  52: "poff",
  56: "random",
  60: "vlan_tpid",
};

const sizes: Readonly<Record<number, string>> = { [bpf.BPF_W]: "ld", [bpf.BPF_H]: "ldh", [bpf.BPF_B]: "ldb" };

const jumps: Readonly<Record<number, string>> = {
  [bpf.BPF_JEQ]: "jeq",
  [bpf.BPF_JGT]: "jgt",
  [bpf.BPF_JGE]: "jge",
  [bpf.BPF_JSET]: "jset",
};

const decimalOperations: Readonly<Record<number, string>> = {
  [bpf.BPF_ADD]: "add",
  [bpf.BPF_SUB]: "sub",
  [bpf.BPF_MUL]: "mul",
  [bpf.BPF_DIV]: "div",
  [bpf.BPF_MOD]: "mod",
  [bpf.BPF_LSH]: "lsh",
  [bpf.BPF_RSH]: "rsh",
};

const bitOperations: Readonly<Record<number, string>> = {
  [bpf.BPF_AND]: "and",
  [bpf.BPF_OR]: "or",
  [bpf.BPF_XOR]: "xor",
};

const hexadecimal = (value: number): string => `#0x${value.toString(16)}`;
/** Formats an unsigned number as C's %d does. */
const decimal = (value: number): string => String(value | 0);

/** Formats a program as `tcpdump -d` does, one line per instruction. */
export function disassemble(program: readonly Instruction[]): string[] {
  return program.map((instruction, index) => {
    const [name, operand] = parts(instruction, index);
    const line = `(${String(index).padStart(3, "0")}) ${name.padEnd(8)} `;
    const isConditional = (instruction.code & 7) === bpf.BPF_JMP && (instruction.code & 0xf0) !== bpf.BPF_JA;
    if (!isConditional) return line + operand;
    const { jt, jf } = instruction;
    return `${line}${operand.padEnd(16)} jt ${index + 1 + jt}\tjf ${index + 1 + jf}`;
  });
}

function parts({ code, k }: Instruction, index: number): [name: string, operand: string] {
  const unknown: [string, string] = ["unimp", `0x${code.toString(16)}`];
  const operation = code & 0xf0;
  switch (code & 7) {
    case bpf.BPF_LD:
      return load(code, k) ?? unknown;
    case bpf.BPF_LDX:
      if (code === (bpf.BPF_LDX | bpf.BPF_IMM)) return ["ldx", hexadecimal(k)];
      if (code === (bpf.BPF_LDX | bpf.BPF_MEM)) return ["ldx", `M[${decimal(k)}]`];
      if (code === (bpf.BPF_LDX | bpf.BPF_MSH | bpf.BPF_B)) return ["ldxb", `4*([${decimal(k)}]&0xf)`];
      return unknown;
    case bpf.BPF_ST:
      return code === bpf.BPF_ST ? ["st", `M[${decimal(k)}]`] : unknown;
    case bpf.BPF_STX:
      return code === bpf.BPF_STX ? ["stx", `M[${decimal(k)}]`] : unknown;
    case bpf.BPF_RET:
      if (code === (bpf.BPF_RET | bpf.BPF_K)) return ["ret", `#${decimal(k)}`];
      return code === (bpf.BPF_RET | bpf.BPF_A) ? ["ret", ""] : unknown;
    case bpf.BPF_JMP: {
      if (code === (bpf.BPF_JMP | bpf.BPF_JA)) return ["ja", decimal(index + 1 + k)];
      const name = jumps[operation];
      return name ? [name, code & bpf.BPF_X ? "x" : hexadecimal(k)] : unknown;
    }
    case bpf.BPF_ALU: {
      if (code === (bpf.BPF_ALU | bpf.BPF_NEG)) return ["neg", ""];
      const bits = bitOperations[operation];
      const name = bits ?? decimalOperations[operation];
      if (!name) return unknown;
      return [name, code & bpf.BPF_X ? "x" : bits ? hexadecimal(k) : `#${decimal(k)}`];
    }
    default:
      if (code === (bpf.BPF_MISC | bpf.BPF_TAX)) return ["tax", ""];
      return code === (bpf.BPF_MISC | bpf.BPF_TXA) ? ["txa", ""] : unknown;
  }
}

function load(code: number, k: number): [name: string, operand: string] | undefined {
  if (code === (bpf.BPF_LD | bpf.BPF_IMM)) return ["ld", hexadecimal(k)];
  if (code === (bpf.BPF_LD | bpf.BPF_MEM)) return ["ld", `M[${decimal(k)}]`];
  if (code === (bpf.BPF_LD | bpf.BPF_LEN)) return ["ld", "#pktlen"];
  const name = sizes[code & 0x18];
  const mode = code & 0xe0;
  if (!name) return undefined;
  if (mode === bpf.BPF_ABS) return [name, `[${ancillary[k - bpf.SKF_AD_OFF] ?? decimal(k)}]`];
  return mode === bpf.BPF_IND ? [name, `[x + ${decimal(k)}]`] : undefined;
}

/** Formats a program as `tcpdump -dd` does, as a fragment of C. */
export function disassembleToC(program: readonly Instruction[]): string[] {
  return program.map(
    ({ code, jt, jf, k }) =>
      `{ 0x${code.toString(16)}, ${jt}, ${jf}, 0x${k.toString(16).padStart(8, "0")} },`,
  );
}

/** Formats a program as `tcpdump -ddd` does, as decimal numbers, the first of which is their count. */
export function disassembleToNumbers(program: readonly Instruction[]): string[] {
  return [String(program.length), ...program.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)];
}
