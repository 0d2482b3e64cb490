import * as bpf from "../kernel/bpf/classic.js";
import { calculate } from "../kernel/bpf/run.js";
import { OutOfBudget } from "./budget.js";

/** The sizes of loads, in bytes. */
export type LoadSize = 1 | 2 | 4;

interface Constant {
  readonly kind: "constant";
  readonly constant: number;
}

/** A load from the packet: `size` bytes at `offset`, plus the value of `index` if there is one. */
export interface Load {
  readonly kind: "load";
  readonly size: LoadSize;
  readonly index: Term | undefined;
  readonly offset: number;
}

/** Metadata of the packet that only the kernel has. The offset is relative to `SKF_AD_OFF`. */
export interface Ancillary {
  readonly kind: "ancillary";
  readonly offset: number;
}

/** The packet's length, or the number of its bytes that can be loaded. */
interface Length {
  readonly kind: "length" | "captured";
}

interface Operation {
  readonly kind: "operation";
  /** `BPF_ADD` and the like. */
  readonly operation: number;
  readonly left: Term;
  readonly right: Term;
}

/**
 * What a register holds, as a function of the packet. Equal terms of one {@link Terms} are the same object, and `id`
 * increases from the parts of a term to the whole.
 */
export type Term = (Constant | Load | Ancillary | Length | Operation) & {
  readonly id: number;
  /** The number of terms that it is made of, counted as often as they occur in it. */
  readonly weight: number;
  /** The largest value that the term can have. The smallest is taken to be 0. */
  readonly most: number;
};

/** The mask of all bits of a register. */
export const ALL_BITS = 0xffff_ffff;

/** Returns the largest number that has as many bits as `value`. */
export function bitsOf(value: number): number {
  return value === 0 ? 0 : ALL_BITS >>> Math.clz32(value);
}

/** The id of the number of bytes that can be loaded, which is the first term that is made. */
export const CAPTURED_ID = 0;

/** Larger terms than this have no expression that anyone could read. */
const MOST_WEIGHT = 200;

const commutative: ReadonlySet<number> = new Set([
  bpf.BPF_ADD,
  bpf.BPF_MUL,
  bpf.BPF_AND,
  bpf.BPF_OR,
  bpf.BPF_XOR,
]);

/** Makes terms. It simplifies them, so that programs that calculate the same in different ways have the same terms. */
export class Terms {
  readonly #terms = new Map<string, Term>();

  constructor() {
    this.captured();
  }

  #intern(key: string, make: (id: number) => Term): Term {
    let term = this.#terms.get(key);
    if (!term) {
      term = make(this.#terms.size);
      // A program can double a term with each instruction.
      if (term.weight > MOST_WEIGHT) throw new OutOfBudget();
      this.#terms.set(key, term);
    }
    return term;
  }

  constant(constant: number): Term {
    const value = constant >>> 0;
    return this.#intern(`#${value}`, (id) => ({
      id,
      kind: "constant",
      constant: value,
      weight: 1,
      most: value,
    }));
  }

  length(): Term {
    return this.#intern("length", (id) => ({ id, kind: "length", weight: 1, most: ALL_BITS }));
  }

  /** In a socket, this is the same as the packet's length. In a file, packets may be cut off. */
  captured(): Term {
    return this.#intern("captured", (id) => ({ id, kind: "captured", weight: 1, most: ALL_BITS }));
  }

  ancillary(offset: number): Term {
    return this.#intern(`ancillary ${offset}`, (id) => ({
      id,
      kind: "ancillary",
      offset,
      weight: 1,
      most: ALL_BITS,
    }));
  }

  load(size: LoadSize, offset: number, index?: Term): Term {
    let at = offset >>> 0;
    let by = index;
    if (by?.kind === "operation" && by.operation === bpf.BPF_ADD && by.right.kind === "constant") {
      at = (at + by.right.constant) >>> 0;
      by = by.left;
    }
    if (by?.kind === "constant") return this.load(size, at + by.constant);
    const most = 2 ** (8 * size) - 1;
    return this.#intern(`load ${size} ${at} ${by?.id}`, (id) => ({
      id,
      kind: "load",
      size,
      index: by,
      offset: at,
      weight: 1 + (by?.weight ?? 0),
      most,
    }));
  }

  /** Returns the header length that `BPF_MSH` calculates from the byte at `offset`. */
  headerLength(offset: number): Term {
    const low = this.operation(bpf.BPF_AND, this.load(1, offset), this.constant(0xf));
    return this.operation(bpf.BPF_LSH, low, this.constant(2));
  }

  /** Returns the result of a calculation. The right operand of a division isn't the constant 0. */
  operation(operation: number, left: Term, right: Term): Term {
    if (left.kind === "constant" && right.kind === "constant")
      return this.constant(calculate(operation, left.constant | 0, right.constant | 0));
    if (
      commutative.has(operation) &&
      (left.kind === "constant" || (right.kind !== "constant" && left.id > right.id))
    )
      return this.operation(operation, right, left);
    if (right.kind === "constant") return this.#byConstant(operation, left, right.constant);
    if (operation === bpf.BPF_ADD && (isSum(left) || isSum(right))) return this.sum([left, right]);
    if (operation === bpf.BPF_SUB && left === right) return this.constant(0);
    return this.#make(operation, left, right);
  }

  /** Returns the sum of terms, whose order doesn't matter. */
  sum(terms: readonly Term[]): Term {
    const parts = terms.flatMap(partsOfSum);
    let constant = 0;
    const others: Term[] = [];
    for (const part of parts)
      if (part.kind === "constant") constant = (constant + part.constant) >>> 0;
      else others.push(part);
    others.sort((a, b) => a.id - b.id);
    const [first = this.constant(0), ...rest] = others;
    const sum = rest.reduce((left, right) => this.#make(bpf.BPF_ADD, left, right), first);
    return this.operation(bpf.BPF_ADD, sum, this.constant(constant));
  }

  #byConstant(operation: number, left: Term, constant: number): Term {
    const inner =
      left.kind === "operation" && left.operation === operation && left.right.kind === "constant"
        ? { left: left.left, constant: left.right.constant }
        : undefined;
    const again = (by: number, value: number) => this.operation(by, left, this.constant(value));
    const power = Number.isInteger(Math.log2(constant)) ? Math.log2(constant) : undefined;
    switch (operation) {
      case bpf.BPF_SUB:
        return again(bpf.BPF_ADD, -constant);
      case bpf.BPF_ADD:
      case bpf.BPF_XOR:
        if (constant === 0) return left;
        if (inner) {
          const both = calculate(operation, inner.constant | 0, constant | 0);
          return this.operation(operation, inner.left, this.constant(both));
        }
        break;
      case bpf.BPF_OR:
        if (constant === 0) return left;
        break;
      case bpf.BPF_AND: {
        const mask = (constant & bitsOf(left.most)) >>> 0;
        if (mask === 0) return this.constant(0);
        if (inner) return this.operation(operation, inner.left, this.constant(inner.constant & mask));
        if (mask === bitsOf(left.most)) return left;
        return this.#make(operation, left, this.constant(mask));
      }
      case bpf.BPF_LSH:
      case bpf.BPF_RSH:
        if (constant === 0) return left;
        if (constant >= 32) return this.constant(0);
        break;
      case bpf.BPF_MUL:
        if (constant === 0) return this.constant(0);
        if (power !== undefined) return again(bpf.BPF_LSH, power);
        break;
      case bpf.BPF_DIV:
        if (power !== undefined) return again(bpf.BPF_RSH, power);
        break;
      case bpf.BPF_MOD:
        if (power !== undefined) return again(bpf.BPF_AND, constant - 1);
        break;
    }
    return this.#make(operation, left, this.constant(constant));
  }

  #make(operation: number, left: Term, right: Term): Term {
    return this.#intern(`${operation} ${left.id} ${right.id}`, (id) => ({
      id,
      kind: "operation",
      operation,
      left,
      right,
      weight: left.weight + right.weight + 1,
      most: mostOf(operation, left, right),
    }));
  }
}

function isSum(term: Term): boolean {
  return term.kind === "operation" && term.operation === bpf.BPF_ADD;
}

/** Returns the terms whose sum a term is. */
export function partsOfSum(term: Term): Term[] {
  return term.kind === "operation" && term.operation === bpf.BPF_ADD
    ? [...partsOfSum(term.left), ...partsOfSum(term.right)]
    : [term];
}

function mostOf(operation: number, left: Term, right: Term): number {
  const unless = (most: number) => (most > ALL_BITS ? ALL_BITS : most);
  switch (operation) {
    case bpf.BPF_AND:
      return Math.min(left.most, right.most);
    case bpf.BPF_OR:
    case bpf.BPF_XOR:
      return bitsOf(Math.max(left.most, right.most));
    case bpf.BPF_ADD:
      return unless(left.most + right.most);
    case bpf.BPF_MUL:
      return unless(left.most * right.most);
    case bpf.BPF_LSH:
      return right.kind === "constant" ? unless(left.most * 2 ** right.constant) : ALL_BITS;
    case bpf.BPF_RSH:
      return right.kind === "constant" ? left.most >>> right.constant : left.most;
    case bpf.BPF_DIV:
      return right.kind === "constant" ? Math.floor(left.most / right.constant) : left.most;
    case bpf.BPF_MOD:
      return right.kind === "constant" ? Math.min(left.most, right.constant - 1) : left.most;
    default:
      return ALL_BITS;
  }
}
