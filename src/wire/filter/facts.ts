import type { Budget } from "./budget.js";
import type { Branch, Decision, Decisions, Test } from "./decision.js";
import { ALL_BITS, bitsOf, CAPTURED_ID, type Term } from "./term.js";

/** What is known about the value of a term. */
class Known {
  /** The bits that are known, and their values. */
  readonly mask: number;
  readonly bits: number;
  readonly least: number;
  readonly most: number;
  /** Values that the bits in a mask don't have: mask and value in turn. */
  readonly excluded: readonly number[];
  #text: string | undefined;

  constructor(
    term: Term,
    mask: number,
    bits: number,
    least: number,
    most: number,
    excluded: readonly number[],
  ) {
    this.mask = mask >>> 0;
    this.bits = bits >>> 0;
    this.least = Math.max(least, this.bits);
    this.most = Math.min(most, (bits | (bitsOf(term.most) & ~mask)) >>> 0);
    this.excluded = excluded;
  }

  /** The same in one word, by which knowledge can be compared. */
  get text(): string {
    this.#text ??= `${this.mask},${this.bits},${this.least},${this.most},${this.excluded.join()}`;
    return this.#text;
  }
}

/** What the results of earlier tests say about a packet. Facts are never changed: each result makes new ones. */
export interface Facts {
  readonly known: ReadonlyMap<number, Known>;
  /** Results of tests that compare two terms, or of loads with an index. */
  readonly results: ReadonlyMap<Test, boolean>;
  /** Whether everything that is loaded lies within the packet. */
  readonly isLong: boolean;
}

/** The facts about a packet of which nothing is known. */
export const NO_FACTS: Facts = { known: new Map(), results: new Map(), isLong: false };

/** Returns the same facts about packets so long that everything that is loaded lies within them. */
export function ofLongPackets(facts: Facts): Facts {
  return { ...facts, isLong: true };
}

/** More values than this aren't remembered as excluded, which costs simplifications, never correctness. */
const MOST_EXCLUDED = 128;

/** Stands for the number of bytes that can be loaded, of whatever program. */
const CAPTURED: Term = { id: CAPTURED_ID, kind: "captured", weight: 1, most: ALL_BITS };

const NONE: readonly number[] = [];

function about(facts: Facts, term: Term): Known {
  return facts.known.get(term.id) ?? new Known(term, 0, 0, 0, term.most, NONE);
}

/** Returns the result of a test if the facts imply it. */
export function decide(facts: Facts, test: Test): boolean | undefined {
  switch (test.kind) {
    case "equal": {
      const { mask, constant } = test;
      const known = about(facts, test.term);
      if (((known.bits ^ constant) & known.mask & mask) !== 0) return false;
      if ((mask & ~known.mask) === 0) return true;
      if (mask === bitsOf(test.term.most)) {
        if (constant < known.least || constant > known.most) return false;
        if (known.least === known.most) return true;
      }
      for (let at = 0; at < known.excluded.length; at += 2) {
        const other = known.excluded[at] as number;
        if ((other & ~mask) === 0 && ((constant ^ (known.excluded[at + 1] as number)) & other) === 0)
          return false;
      }
      return undefined;
    }
    case "greater": {
      if (facts.isLong && test.term.id === CAPTURED_ID) return true;
      const known = about(facts, test.term);
      if (known.least > test.constant) return true;
      return known.most <= test.constant ? false : undefined;
    }
    case "exceeds": {
      const known = about(facts, test.term);
      const other = about(facts, test.other);
      if (known.least > other.most) return true;
      if (known.most <= other.least) return false;
      return facts.results.get(test);
    }
    case "within":
      return decideWithin(facts, test);
  }
}

function decideWithin(facts: Facts, test: Test & { kind: "within" }): boolean | undefined {
  if (facts.isLong) return true;
  const { index, offset, size } = test.term;
  const exact = facts.results.get(test);
  if (exact !== undefined || index === undefined) return exact;
  const end = offset + size;
  if (about(facts, index).most + end > ALL_BITS) return undefined;
  for (const [other, result] of facts.results) {
    if (other.kind !== "within" || other.term.index !== index) continue;
    const otherEnd = other.term.offset + other.term.size;
    if (result && otherEnd >= end && index.most + otherEnd <= ALL_BITS) return true;
    if (!result && otherEnd <= end) return false;
  }
  const length = lengthOf(facts);
  if (length === undefined) return undefined;
  if (length.least >= about(facts, index).most + end) return true;
  return length.most < about(facts, index).least + end ? false : undefined;
}

/** Returns what is known about the number of bytes that can be loaded. */
function lengthOf(facts: Facts): Known | undefined {
  return facts.known.get(CAPTURED_ID);
}

/** Returns the facts after a test whose result the facts so far don't imply. */
function assume(facts: Facts, test: Test, result: boolean): Facts {
  switch (test.kind) {
    case "equal": {
      const { term, mask, constant } = test;
      const { mask: before, bits, least, most, excluded } = about(facts, term);
      if (result) return withKnown(facts, term, before | mask, bits | constant, least, most, excluded);
      if ((mask & (mask - 1)) === 0)
        return withKnown(facts, term, before | mask, bits | (mask ^ constant), least, most, excluded);
      const isWhole = mask === bitsOf(term.most);
      return withKnown(
        facts,
        term,
        before,
        bits,
        isWhole && least === constant ? constant + 1 : least,
        isWhole && most === constant ? constant - 1 : most,
        excluded.length < MOST_EXCLUDED ? [...excluded, mask, constant] : excluded,
      );
    }
    case "greater": {
      const { term, constant } = test;
      const { mask, bits, least, most, excluded } = about(facts, term);
      return result
        ? withKnown(facts, term, mask, bits, Math.max(least, constant + 1), most, excluded)
        : withKnown(facts, term, mask, bits, least, Math.min(most, constant), excluded);
    }
    default: {
      const results = new Map(facts.results).set(test, result);
      return { ...facts, results };
    }
  }
}

/** As {@link assume}, and for a load that lies within the packet, the length that this needs. */
export function assumeAll(facts: Facts, test: Test, result: boolean): Facts {
  const after = assume(facts, test, result);
  if (test.kind !== "within" || !result || test.term.index === undefined) return after;
  const { index, offset, size } = test.term;
  const end = offset + size;
  if (index.most + end > ALL_BITS) return after;
  const least = about(after, index).least + end;
  if ((lengthOf(after)?.least ?? 0) >= least) return after;
  const { mask, bits, most, excluded } = lengthOf(after) ?? {
    mask: 0,
    bits: 0,
    most: ALL_BITS,
    excluded: NONE,
  };
  return withKnown(after, CAPTURED, mask, bits, least, most, excluded);
}

function withKnown(
  facts: Facts,
  term: Term,
  mask: number,
  bits: number,
  least: number,
  most: number,
  excluded: readonly number[],
): Facts {
  const known = new Map(facts.known).set(term.id, new Known(term, mask, bits, least, most, excluded));
  return { known, results: facts.results, isLong: facts.isLong };
}

/** Returns a text that two facts share if they say the same about what decisions depend on. */
function factsKey(facts: Facts, first: Decision, second: Decision): string {
  const one = typeof first === "boolean" ? undefined : first;
  const other = typeof second === "boolean" ? undefined : second;
  let key = `${one?.id ?? first} ${other?.id ?? second}`;
  for (const id of one?.about ?? [])
    if (facts.known.has(id)) key += ` ${id}:${(facts.known.get(id) as Known).text}`;
  if (one?.about !== other?.about)
    for (const id of other?.about ?? [])
      if (facts.known.has(id)) key += ` ${id}:${(facts.known.get(id) as Known).text}`;
  if (facts.results.size > 0) {
    const relevant: string[] = [];
    for (const [test, result] of facts.results) {
      const [about] = test.about as [number];
      if (one?.about.has(about) || other?.about.has(about)) relevant.push(`${test.id}${result ? "+" : "-"}`);
    }
    key += ` | ${relevant.sort().join(" ")}`;
  }
  return key;
}

/** Returns the decision without tests whose results the facts imply at its beginning. */
export function skip(decision: Decision, facts: Facts): Decision {
  let at = decision;
  while (typeof at !== "boolean") {
    const result = decide(facts, at.test);
    if (result === undefined) return at;
    at = result ? at.then : at.otherwise;
  }
  return at;
}

/**
 * Reports whether every packet for which the facts hold and that `first` accepts is also accepted by `second`. If this
 * can't be shown, the answer is false.
 */
export function implies(first: Decision, second: Decision, facts: Facts, budget: Budget): boolean {
  return holdsForAll(first, second, facts, budget, (a, b) => !a || b);
}

/** Reports whether two decisions accept the same packets, of those for which the facts hold. */
export function equivalent(first: Decision, second: Decision, facts: Facts, budget: Budget): boolean {
  return holdsForAll(first, second, facts, budget, (a, b) => a === b);
}

function holdsForAll(
  first: Decision,
  second: Decision,
  facts: Facts,
  budget: Budget,
  allowed: (first: boolean, second: boolean) => boolean,
): boolean {
  const visited = new Set<string>();
  const visit = (one: Decision, other: Decision, at: Facts): boolean => {
    budget.spend();
    const a = skip(one, at);
    const b = skip(other, at);
    if (typeof a === "boolean" && typeof b === "boolean") return allowed(a, b);
    if (a === b && allowed(true, true) && allowed(false, false)) return true;
    if (typeof a === "boolean" && allowed(a, true) && allowed(a, false)) return true;
    if (typeof b === "boolean" && allowed(true, b) && allowed(false, b)) return true;
    const key = factsKey(at, a, b);
    if (visited.has(key)) return true;
    visited.add(key);
    const { test } = (typeof a === "boolean" ? b : a) as Branch;
    return visit(a, b, assumeAll(at, test, true)) && visit(a, b, assumeAll(at, test, false));
  };
  return visit(first, second, facts);
}

/** Returns the decision without tests that the facts decide. */
export function simplify(decision: Decision, facts: Facts, decisions: Decisions, budget: Budget): Decision {
  const done = new Map<Branch, Decision>();
  const visit = (at: Decision): Decision => {
    if (typeof at === "boolean") return at;
    const before = done.get(at);
    if (before !== undefined) return before;
    budget.spend();
    const result = decide(facts, at.test);
    const simple =
      result === undefined
        ? decisions.branch(at.test, visit(at.then), visit(at.otherwise))
        : visit(result ? at.then : at.otherwise);
    done.set(at, simple);
    return simple;
  };
  return visit(decision);
}
