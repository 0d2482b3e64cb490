import type { Instruction } from "../kernel/bpf/classic.js";
import * as bpf from "../kernel/bpf/classic.js";
import { type Budget, MOST_DEPTH, OutOfBudget } from "./budget.js";
import { type Decision, type Decisions, type Literal, not, type Test } from "./decision.js";
import type { Term, Terms } from "./term.js";

/** Thrown when a program does something that can't be followed. */
export class NotFollowed extends Error {}

/** What a program decides, and what it does with accepted packets. */
export interface Execution {
  readonly decision: Decision;
  /** The different numbers of bytes that the program keeps of accepted packets; undefined where it is calculated. */
  readonly lengths: ReadonlySet<number | undefined>;
  /** The first instruction that makes each test. */
  readonly places: ReadonlyMap<Test, number>;
}

/** The registers and the scratch memory. A register that isn't read any more is undefined. */
interface State {
  a: Term | undefined;
  x: Term | undefined;
  memory: (Term | undefined)[];
}

/** linux/filter.h: `SKF_LL_OFF`, from which on loads are relative to the link-layer header. Unsigned. */
const SKF_LL_OFF = 0xffe0_0000;
/** linux/filter.h: ancillary loads that depend on more than the packet. */
const SKF_AD_NLATTR = 12;
const SKF_AD_NLATTR_NEST = 16;
const SKF_AD_CPU = 36;
const SKF_AD_ALU_XOR_X = 40;
const SKF_AD_RANDOM = 56;
const SKF_AD_MAX = 64;

/**
 * Follows all ways through a program at once, which is possible because programs that the kernel accepts only jump
 * forward.
 * @param program a program that `checkProgram` accepts
 * @throws NotFollowed if it jumps back, or loads something that isn't a function of the packet
 * @throws OutOfBudget if there are too many ways
 */
export function execute(
  program: readonly Instruction[],
  terms: Terms,
  decisions: Decisions,
  budget: Budget,
): Execution {
  const live = liveAt(program);
  const done = new Map<string, Decision>();
  const lengths = new Set<number | undefined>();
  const places = new Map<Test, number>();
  const zero = terms.constant(0);

  let depth = 0;

  const follow = (from: number, before: State): Decision => {
    const state = trim(before, live[from] as number);
    const key = `${from} ${state.a?.id} ${state.x?.id} ${state.memory.map((term) => term?.id).join(",")}`;
    const known = done.get(key);
    if (known !== undefined) return known;
    if (++depth > MOST_DEPTH) throw new OutOfBudget();
    const decision = run(from, state);
    depth--;
    done.set(key, decision);
    return decision;
  };

  const run = (from: number, state: State): Decision => {
    /** The conditions without which the packet is rejected before the next jump. */
    const needs: Literal[] = [];
    let isRejected = false;
    const need = (condition: Literal | boolean): void => {
      if (condition === false) isRejected = true;
      else if (condition !== true) needs.push(condition);
    };
    const finish = (decision: Decision): Decision =>
      needs.reduceRight((rest, condition) => decisions.choose(condition, rest, false), decision);
    const packet = (size: 1 | 2 | 4, offset: number, index: Term | undefined): Term => {
      const load = terms.load(size, offset, index);
      if (load.kind !== "load") throw new NotFollowed("it loads from outside of the packet");
      if (load.index === undefined && load.offset >= SKF_LL_OFF)
        throw new NotFollowed("it loads from before the packet");
      need(decisions.within(load));
      return load;
    };
    const { memory } = state;
    let { a = zero, x = zero } = state;
    for (let pc = from; ; pc++) {
      budget.spend();
      if (isRejected) return finish(false);
      const { code, jt, jf, k } = program[pc] as Instruction;
      const size = sizeOf(code);
      switch (code & 7) {
        case bpf.BPF_RET:
          if (code === (bpf.BPF_RET | bpf.BPF_K)) {
            if (k !== 0) lengths.add(k);
            return finish(k !== 0);
          }
          lengths.add(a.kind === "constant" ? a.constant : undefined);
          return finish(decisions.choose(decisions.equal(a, 0xffff_ffff, 0), false, true));
        case bpf.BPF_LD:
          switch (code & 0xe0) {
            case bpf.BPF_IMM:
              a = terms.constant(k);
              break;
            case bpf.BPF_ABS:
              a =
                k >= bpf.SKF_AD_OFF ? metadata(k - bpf.SKF_AD_OFF, a, x, terms) : packet(size, k, undefined);
              break;
            case bpf.BPF_IND:
              a = packet(size, k, x);
              break;
            case bpf.BPF_MEM:
              a = memory[k] ?? zero;
              break;
            default:
              a = terms.length();
          }
          break;
        case bpf.BPF_LDX:
          switch (code & 0xe0) {
            case bpf.BPF_IMM:
              x = terms.constant(k);
              break;
            case bpf.BPF_MEM:
              x = memory[k] ?? zero;
              break;
            case bpf.BPF_MSH:
              packet(1, k, undefined);
              x = terms.headerLength(k);
              break;
            default:
              x = terms.length();
          }
          break;
        case bpf.BPF_ST:
          memory[k] = a;
          break;
        case bpf.BPF_STX:
          memory[k] = x;
          break;
        case bpf.BPF_MISC:
          if (code & bpf.BPF_TXA) a = x;
          else x = a;
          break;
        case bpf.BPF_ALU: {
          const operation = code & 0xf0;
          const operand = code & bpf.BPF_X ? x : terms.constant(k);
          if (operation === bpf.BPF_NEG) a = terms.operation(bpf.BPF_SUB, zero, a);
          else {
            const isShift = operation === bpf.BPF_LSH || operation === bpf.BPF_RSH;
            // What such a shift gives depends on the kernel and its processor.
            if (isShift && operand.kind === "constant" && operand.constant >= 32)
              throw new NotFollowed("it shifts by 32 bits or more");
            if (operation === bpf.BPF_DIV || operation === bpf.BPF_MOD)
              need(not(decisions.equal(operand, 0xffff_ffff, 0)));
            if (!isRejected) a = terms.operation(operation, a, operand);
          }
          break;
        }
        default: {
          if (code === (bpf.BPF_JMP | bpf.BPF_JA)) {
            if (k >= 0x8000_0000) throw new NotFollowed("it jumps back");
            pc += k;
            break;
          }
          const operand = code & bpf.BPF_X ? x : terms.constant(k);
          const literal = comparison(code & 0xf0, a, operand, terms, decisions);
          if (typeof literal === "boolean" || jt === jf) {
            pc += literal === true ? jt : jf;
            break;
          }
          if ((places.get(literal.test) ?? pc) >= pc) places.set(literal.test, pc);
          const after = (): State => ({ a, x, memory: [...memory] });
          const then = follow(pc + 1 + jt, after());
          return finish(decisions.choose(literal, then, follow(pc + 1 + jf, after())));
        }
      }
    }
  };

  const decision = follow(0, { a: undefined, x: undefined, memory: [] });
  return { decision, lengths, places };
}

function sizeOf(code: number): 1 | 2 | 4 {
  const size = code & 0x18;
  return size === bpf.BPF_W ? 4 : size === bpf.BPF_H ? 2 : 1;
}

function metadata(offset: number, a: Term, x: Term, terms: Terms): Term {
  if (offset === SKF_AD_ALU_XOR_X) return terms.operation(bpf.BPF_XOR, a, x);
  if (offset === SKF_AD_NLATTR || offset === SKF_AD_NLATTR_NEST)
    throw new NotFollowed("it reads netlink attributes");
  if (offset === SKF_AD_RANDOM) throw new NotFollowed("it depends on a random number");
  if (offset === SKF_AD_CPU) throw new NotFollowed("it depends on the processor that runs it");
  if (offset >= SKF_AD_MAX || offset % 4 !== 0)
    throw new NotFollowed("it loads metadata that Linux doesn't have");
  return terms.ancillary(offset);
}

function comparison(
  operation: number,
  a: Term,
  operand: Term,
  terms: Terms,
  decisions: Decisions,
): Literal | boolean {
  const all = 0xffff_ffff;
  switch (operation) {
    case bpf.BPF_JEQ:
      if (operand.kind === "constant") return decisions.equal(a, all, operand.constant);
      return decisions.equal(terms.operation(bpf.BPF_SUB, a, operand), all, 0);
    case bpf.BPF_JGT:
      return decisions.exceeds(a, operand);
    case bpf.BPF_JGE:
      return not(decisions.exceeds(operand, a));
    default:
      return not(decisions.equal(terms.operation(bpf.BPF_AND, a, operand), all, 0));
  }
}

const REGISTER_A = 1 << bpf.BPF_MEMWORDS;
const REGISTER_X = 2 << bpf.BPF_MEMWORDS;

/** Returns for each instruction the registers and words of memory that are read from there on, as bits. */
function liveAt(program: readonly Instruction[]): number[] {
  const live = new Array<number>(program.length).fill(0);
  for (let pc = program.length - 1; pc >= 0; pc--) {
    const { code, jt, jf, k } = program[pc] as Instruction;
    const next = live[pc + 1] ?? 0;
    const kind = code & 7;
    if (kind === bpf.BPF_RET) live[pc] = code & bpf.BPF_A ? REGISTER_A : 0;
    else if (code === (bpf.BPF_JMP | bpf.BPF_JA)) live[pc] = live[pc + 1 + k] ?? 0;
    else if (kind === bpf.BPF_JMP)
      live[pc] =
        (live[pc + 1 + jt] as number) |
        (live[pc + 1 + jf] as number) |
        REGISTER_A |
        (code & bpf.BPF_X ? REGISTER_X : 0);
    else if (kind === bpf.BPF_ST) live[pc] = (next & ~(1 << k)) | REGISTER_A;
    else if (kind === bpf.BPF_STX) live[pc] = (next & ~(1 << k)) | REGISTER_X;
    else if (kind === bpf.BPF_ALU) live[pc] = next | REGISTER_A | (code & bpf.BPF_X ? REGISTER_X : 0);
    else if (kind === bpf.BPF_MISC)
      live[pc] = code & bpf.BPF_TXA ? (next & ~REGISTER_A) | REGISTER_X : (next & ~REGISTER_X) | REGISTER_A;
    else {
      const into = kind === bpf.BPF_LD ? REGISTER_A : REGISTER_X;
      const mode = code & 0xe0;
      const isXor = kind === bpf.BPF_LD && mode === bpf.BPF_ABS && k === bpf.SKF_AD_OFF + SKF_AD_ALU_XOR_X;
      live[pc] =
        (next & ~into) |
        (mode === bpf.BPF_MEM ? 1 << k : 0) |
        (kind === bpf.BPF_LD && mode === bpf.BPF_IND ? REGISTER_X : 0) |
        (isXor ? REGISTER_A | REGISTER_X : 0);
    }
  }
  return live;
}

function trim({ a, x, memory }: State, live: number): State {
  return {
    a: live & REGISTER_A ? a : undefined,
    x: live & REGISTER_X ? x : undefined,
    memory: Array.from({ length: bpf.BPF_MEMWORDS }, (_, word) =>
      live & (1 << word) ? memory[word] : undefined,
    ),
  };
}
