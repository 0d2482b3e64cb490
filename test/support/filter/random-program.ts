import * as bpf from "../../../src/wire/kernel/bpf/classic.js";
import type { Chance } from "./random-expression.js";

const sizes = [bpf.BPF_B, bpf.BPF_H, bpf.BPF_W] as const;
const calculations = [
  bpf.BPF_ADD,
  bpf.BPF_SUB,
  bpf.BPF_MUL,
  bpf.BPF_DIV,
  bpf.BPF_MOD,
  bpf.BPF_AND,
  bpf.BPF_OR,
  bpf.BPF_XOR,
  bpf.BPF_LSH,
  bpf.BPF_RSH,
] as const;
const comparisons = [bpf.BPF_JEQ, bpf.BPF_JGT, bpf.BPF_JGE, bpf.BPF_JSET] as const;

/** Returns a random program that the kernel's checks accept. */
export function randomProgram(chance: Chance, length: number): bpf.Instruction[] {
  const at = (code: number, k = 0, jt = 0, jf = 0): bpf.Instruction => ({ code, k, jt, jf });
  const offset = () => chance.pick([0, 2, 6, 8, 12, 14, 20, 23, 26, 30, 38, 54, 56, chance.below(1500)]);
  const value = () => chance.pick([0, 1, 6, 17, 53, 0x800, 0x86dd, 0x1fff, chance.below(0x1_0000_0000)]);
  const program = Array.from({ length: length - 1 }, (_, index) => {
    const left = Math.min(255, length - 2 - index);
    const way = () => (left > 0 ? chance.below(left + 1) : 0);
    switch (chance.below(12)) {
      case 0:
      case 1:
        return at(bpf.BPF_LD | bpf.BPF_ABS | chance.pick(sizes), offset());
      case 2:
        return at(bpf.BPF_LD | bpf.BPF_IND | chance.pick(sizes), offset());
      case 3:
        return at(bpf.BPF_LDX | bpf.BPF_MSH | bpf.BPF_B, chance.pick([0, 14, 18]));
      case 4:
        return at(bpf.BPF_LD | bpf.BPF_LEN);
      case 5:
        return at(chance.pick([bpf.BPF_ST, bpf.BPF_STX]), chance.below(bpf.BPF_MEMWORDS));
      case 6:
        return at(chance.pick([bpf.BPF_LD, bpf.BPF_LDX]) | bpf.BPF_MEM, chance.below(bpf.BPF_MEMWORDS));
      case 7:
        return at(bpf.BPF_MISC | chance.pick([bpf.BPF_TAX, bpf.BPF_TXA]));
      case 8: {
        const operation = chance.pick(calculations);
        const isShift = operation === bpf.BPF_LSH || operation === bpf.BPF_RSH;
        if (chance.below(3) === 0) return at(bpf.BPF_ALU | operation | bpf.BPF_X);
        return at(bpf.BPF_ALU | operation, isShift ? chance.below(32) : Math.max(1, value()));
      }
      default:
        return at(
          bpf.BPF_JMP | chance.pick(comparisons) | (chance.below(6) === 0 ? bpf.BPF_X : bpf.BPF_K),
          value(),
          way(),
          way(),
        );
    }
  });
  return [...program, chance.below(2) === 0 ? bpf.accept(chance.below(2)) : at(bpf.BPF_RET | bpf.BPF_A)];
}
