import * as bpf from "../kernel/bpf/classic.js";
import { MOST_DEPTH, OutOfBudget } from "./budget.js";
import { ALL_BITS, bitsOf, CAPTURED_ID, type Load, type Term, type Terms } from "./term.js";

/** Tests whether the bits of a term in `mask` are those of `constant`. */
interface Equal {
  readonly kind: "equal";
  readonly term: Term;
  readonly mask: number;
  readonly constant: number;
}

/** Tests whether a term is greater than a constant. */
interface Greater {
  readonly kind: "greater";
  readonly term: Term;
  readonly constant: number;
}

/** Tests whether a term is greater than another. */
interface Exceeds {
  readonly kind: "exceeds";
  readonly term: Term;
  readonly other: Term;
}

/** Tests whether a load lies within the packet. */
interface Within {
  readonly kind: "within";
  readonly term: Term & Load;
}

/** A test of a packet that is either true or false and has no other effect. */
export type Test = (Equal | Greater | Exceeds | Within) & {
  readonly id: number;
  /** The ids of the terms that the result depends on. */
  readonly about: readonly number[];
};

/** A decision: a test and what follows from its two results, or `true` or `false` at the end. */
export type Decision = boolean | Branch;

/** A test and the decisions that follow from its results. */
export interface Branch {
  readonly id: number;
  readonly test: Test;
  readonly then: Decision;
  readonly otherwise: Decision;
  /** The ids of the terms that the decision depends on. */
  readonly about: ReadonlySet<number>;
  /** The number of tests on the longest way to an end. */
  readonly depth: number;
}

/** A test whose result may have to be negated. */
export interface Literal {
  readonly test: Test;
  readonly negated: boolean;
}

/**
 * Makes decisions. Equal tests and equal decisions are the same objects. As in a binary decision diagram, a decision
 * whose branches are equal is the branch itself.
 */
export class Decisions {
  readonly #terms: Terms;
  readonly #tests = new Map<string, Test>();
  readonly #branches = new Map<string, Branch>();

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** @throws OutOfBudget if the decision is too deep to be followed */
  branch(test: Test, then: Decision, otherwise: Decision): Decision {
    if (then === otherwise) return then;
    const key = `${test.id} ${nameOf(then)} ${nameOf(otherwise)}`;
    let made = this.#branches.get(key);
    if (!made) {
      const about = union(union(aboutOf(then), aboutOf(otherwise)), test.about);
      const depth = 1 + Math.max(depthOf(then), depthOf(otherwise));
      if (depth > MOST_DEPTH) throw new OutOfBudget();
      made = { id: this.#branches.size, test, then, otherwise, about, depth };
      this.#branches.set(key, made);
    }
    return made;
  }

  /** Returns the decision that a literal makes between two others. */
  choose(literal: Literal | boolean, then: Decision, otherwise: Decision): Decision {
    if (typeof literal === "boolean") return literal ? then : otherwise;
    return literal.negated
      ? this.branch(literal.test, otherwise, then)
      : this.branch(literal.test, then, otherwise);
  }

  #intern(key: string, about: readonly number[], make: (id: number) => Test): Test {
    let test = this.#tests.get(key);
    if (!test) {
      test = { ...make(this.#tests.size), about };
      this.#tests.set(key, test);
    }
    return test;
  }

  /** Returns the test `(term & mask) == constant` in its simplest form. */
  equal(term: Term, mask: number, constant: number): Literal | boolean {
    const bits = (mask & bitsOf(term.most)) >>> 0;
    if ((constant & ~bits) !== 0) return false;
    if (bits === 0) return true;
    if (term.kind === "constant") return ((term.constant & bits) ^ constant) === 0;
    if (term.kind === "operation" && term.right.kind === "constant") {
      const operand = term.right.constant;
      const isWhole = bits === ALL_BITS || (bits & (bits + 1)) === 0;
      switch (term.operation) {
        case bpf.BPF_AND:
          return this.equal(term.left, bits & operand, constant);
        case bpf.BPF_XOR:
          return this.equal(term.left, bits, (constant ^ operand) & bits);
        case bpf.BPF_ADD:
          // The lowest bits of a sum depend only on those of its parts.
          if (isWhole) return this.equal(term.left, bits, (constant - operand) & bits);
          break;
        case bpf.BPF_LSH:
          return (constant & ((1 << operand) - 1)) !== 0
            ? false
            : this.equal(term.left, bits >>> operand, constant >>> operand);
        case bpf.BPF_RSH:
          return this.equal(term.left, bits << operand, constant << operand);
      }
    }
    const negated = (bits & (bits - 1)) === 0 && constant !== 0;
    const value = negated ? 0 : constant >>> 0;
    const test = this.#intern(`= ${term.id} ${bits} ${value}`, [term.id], (id) => ({
      id,
      kind: "equal",
      term,
      mask: bits,
      constant: value,
      about: [],
    }));
    return { test, negated };
  }

  /** Returns the test `term > constant` in its simplest form. */
  greater(term: Term, constant: number): Literal | boolean {
    if (constant >= term.most) return false;
    if (term.kind === "constant") return term.constant > constant;
    if (constant === 0 && term.kind !== "captured") return not(this.equal(term, ALL_BITS, 0));
    if (constant === term.most - 1 && term.kind === "load") return this.equal(term, ALL_BITS, term.most);
    if (term.kind === "operation" && term.operation === bpf.BPF_RSH && term.right.kind === "constant") {
      const by = 2 ** term.right.constant;
      return this.greater(term.left, constant * by + by - 1);
    }
    const test = this.#intern(`> ${term.id} ${constant}`, [term.id], (id) => ({
      id,
      kind: "greater",
      term,
      constant,
      about: [],
    }));
    return { test, negated: false };
  }

  /** Returns the test `term > other` in its simplest form. */
  exceeds(term: Term, other: Term): Literal | boolean {
    if (other.kind === "constant") return this.greater(term, other.constant);
    if (term.kind === "constant")
      return term.constant === 0 ? false : not(this.greater(other, term.constant - 1));
    if (term === other) return false;
    const about = [term.id, other.id];
    const test = this.#intern(`> ${term.id} x${other.id}`, about, (id) => ({
      id,
      kind: "exceeds",
      term,
      other,
      about: [],
    }));
    return { test, negated: false };
  }

  /** Returns the test whether a load lies within the packet. */
  within(load: Term & Load): Literal | boolean {
    if (load.index === undefined) return this.greater(this.#terms.captured(), load.offset + load.size - 1);
    const about = [load.index.id, CAPTURED_ID];
    const test = this.#intern(`within ${load.index.id} ${load.offset} ${load.size}`, about, (id) => ({
      id,
      kind: "within",
      term: load,
      about: [],
    }));
    return { test, negated: false };
  }
}

/** Returns the opposite of a literal. */
export function not(literal: Literal | boolean): Literal | boolean {
  return typeof literal === "boolean" ? !literal : { test: literal.test, negated: !literal.negated };
}

function nameOf(decision: Decision): string {
  return typeof decision === "boolean" ? String(decision) : `${decision.id}`;
}

function depthOf(decision: Decision): number {
  return typeof decision === "boolean" ? 0 : decision.depth;
}

const NOTHING: ReadonlySet<number> = new Set();

function aboutOf(decision: Decision): ReadonlySet<number> {
  return typeof decision === "boolean" ? NOTHING : decision.about;
}

/** Returns one of the sets if it contains the other, so that decisions about the same terms share it. */
function union(set: ReadonlySet<number>, others: Iterable<number>): ReadonlySet<number> {
  let made: Set<number> | undefined;
  for (const each of others)
    if (!set.has(each)) {
      made ??= new Set(set);
      made.add(each);
    }
  return made ?? set;
}

/** Replaces the ends of a decision. */
function replaceEnds(
  decision: Decision,
  then: Decision,
  otherwise: Decision,
  decisions: Decisions,
): Decision {
  const done = new Map<Branch, Decision>();
  const visit = (at: Decision): Decision => {
    if (typeof at === "boolean") return at ? then : otherwise;
    let made = done.get(at);
    if (made === undefined) {
      made = decisions.branch(at.test, visit(at.then), visit(at.otherwise));
      done.set(at, made);
    }
    return made;
  };
  return visit(decision);
}

export function conjunction(first: Decision, second: Decision, decisions: Decisions): Decision {
  return replaceEnds(first, second, false, decisions);
}

export function disjunction(first: Decision, second: Decision, decisions: Decisions): Decision {
  return replaceEnds(first, true, second, decisions);
}

export function negateDecision(decision: Decision, decisions: Decisions): Decision {
  return replaceEnds(decision, false, true, decisions);
}
