import { BPF_MAXINSNS } from "../kernel/bpf/classic.js";
import { comparisonOf, protocolsKnown } from "./access.js";
import type { Budget } from "./budget.js";
import { type Candidate, Candidates, oppositeOf } from "./candidate.js";
import {
  type Branch,
  conjunction,
  type Decision,
  disjunction,
  type Literal,
  negateDecision,
  type Test,
} from "./decision.js";
import { decisionOf, type Expression, formatExpression, instructionsOf, join, negate } from "./expression.js";
import {
  assumeAll,
  decide,
  equivalent,
  type Facts,
  implies,
  ofLongPackets,
  simplify,
  skip,
} from "./facts.js";
import type { Model } from "./model.js";
import { optimize } from "./optimizer.js";
import type { Term } from "./term.js";

/** Thrown when a decision has no expression; the message says why. */
export class NotExpressible extends Error {}

/** With more candidates, comparing each with each takes too long. */
const MOST_CANDIDATES = 160;
/** An offset takes as long to understand as so many letters. */
const OFFSET_EFFORT = 24;
/** As many ways through a decision are tried before all ways are compared. */
const MOST_SAMPLES = 24;
/** With more on one side, they aren't the parts of one expression. */
const MOST_PARTS = 48;

/** Options of {@link Structure}. */
interface StructureOptions {
  readonly shift: number;
  /** Whether primitives such as `udp port 53` are looked for. Without them, every test is a comparison of its own. */
  readonly primitives: boolean;
  /** The place in the program of each test. */
  readonly places: ReadonlyMap<Test, number>;
  /** Whether the program may be one that libpcap has optimized. */
  readonly optimized: boolean;
}

/** Makes expressions from decisions. */
export class Structure {
  readonly #model: Model;
  readonly #options: StructureOptions;
  readonly #budget: Budget;
  readonly #done = new Map<string, Expression | boolean>();
  #size = 0;

  constructor(model: Model, options: StructureOptions, budget: Budget) {
    this.#model = model;
    this.#options = options;
    this.#budget = budget;
  }

  /**
   * Returns an expression for a decision about packets of which facts are known; a boolean if they decide it.
   * @throws NotExpressible if there is none
   * @throws OutOfBudget if finding it takes too long
   */
  express(decision: Decision, facts: Facts): Expression | boolean {
    const at = simplify(decision, facts, this.#model.decisions, this.#budget);
    if (typeof at === "boolean") return at;
    const protocols = protocolsKnown(facts, this.#model, this.#options.shift);
    const key = `${at.id} ${protocols.network} ${protocols.transport}`;
    const before = this.#done.get(key);
    if (before !== undefined) return this.#count(before);
    const made = this.#cover(at, facts) ?? this.#split(at, facts);
    this.#done.set(key, made);
    return this.#count(made);
  }

  #count(expression: Expression | boolean): Expression | boolean {
    if (typeof expression !== "boolean") this.#size += instructionsOf(expression);
    if (this.#size > 16 * BPF_MAXINSNS) throw new NotExpressible("its expression would be too long");
    return expression;
  }

  /** Looks for primitives that make up the whole decision, joined by `and`, by `or`, or both. */
  #cover(decision: Branch, facts: Facts): Expression | undefined {
    if (!this.#options.primitives) return undefined;
    const positive = new Candidates(this.#model, this.#options.shift, this.#options.places).of(
      decision,
      facts,
    );
    if (positive.length > MOST_CANDIDATES) return undefined;
    const is = (expression: Expression): boolean => {
      const meant = decisionOf(expression);
      if (equivalent(meant, decision, facts, this.#budget)) return true;
      const optimized = this.#options.optimized ? optimize(meant, this.#model, this.#budget) : undefined;
      return optimized !== undefined && equivalent(optimized, decision, facts, this.#budget);
    };
    // Short packets complicate what primitives have in common. Only the whole has to treat them as the program does.
    const long = ofLongPackets(facts);
    const goal = simplify(decision, long, this.#model.decisions, this.#budget);
    const byLength = positive
      .map((each) => ({
        ...each,
        decision: simplify(each.decision, long, this.#model.decisions, this.#budget),
      }))
      .sort((a, b) => effortOf(a) - effortOf(b));
    const every = [...byLength, ...byLength.filter(isAffirmative).map((each) => this.#opposite(each))];
    const [accepted, rejected] = this.#samples(goal, long);
    const candidates = every;
    const mayImply = (each: Candidate, samples: readonly Facts[], result: boolean) =>
      samples.every((sample) => skip(each.decision, sample) !== result);
    for (const each of candidates)
      if (
        mayImply(each, accepted, false) &&
        mayImply(each, rejected, true) &&
        equivalent(each.decision, goal, long, this.#budget) &&
        is(each.expression)
      )
        return each.expression;
    const implied = candidates.filter(
      (each) => mayImply(each, accepted, false) && implies(goal, each.decision, long, this.#budget),
    );
    const necessary = this.#strongest(implied, long, (a, b) =>
      implies(a.decision, b.decision, long, this.#budget),
    );
    const sufficient = this.#strongest(
      candidates.filter(
        (each) => mayImply(each, rejected, true) && implies(each.decision, goal, long, this.#budget),
      ),
      long,
      (a, b) => implies(b.decision, a.decision, long, this.#budget),
    );
    const found: Expression[] = [];
    for (const [kind, parts] of [
      ["and", necessary],
      ["or", sufficient],
    ] as const) {
      if (parts.length === 0 || parts.length > MOST_PARTS) continue;
      const simple = this.#fewest(kind, parts, is, kind === "and" ? byEffort(implied) : []);
      if (simple) found.push(simple);
    }
    if (found.length === 0)
      for (const [kind, parts] of [
        ["and", necessary],
        ["or", sufficient],
      ] as const) {
        const mixed = this.#mixed(kind, parts, candidates, goal, long, is);
        if (mixed) found.push(mixed);
      }
    return found.sort((a, b) => costOf(a) - costOf(b))[0];
  }

  /** Returns facts about some packets that a decision accepts, and about some that it rejects. */
  #samples(decision: Decision, facts: Facts): [accepted: Facts[], rejected: Facts[]] {
    const samples: [Facts[], Facts[]] = [[], []];
    const visit = (from: Decision, known: Facts): void => {
      const at = skip(from, known);
      if (typeof at === "boolean") {
        samples[at ? 0 : 1].push(known);
        return;
      }
      this.#budget.spend();
      if (samples[0].length + samples[1].length >= MOST_SAMPLES) return;
      visit(at.otherwise, assumeAll(known, at.test, false));
      visit(at.then, assumeAll(known, at.test, true));
    };
    visit(decision, facts);
    return samples;
  }

  #opposite(candidate: Candidate): Candidate {
    const { decision, ...rest } = oppositeOf(candidate);
    return { ...rest, decision: negateDecision(candidate.decision, this.#model.decisions) };
  }

  /** Joins fixed parts by one word with a group that the other word joins. */
  #mixed(
    kind: "and" | "or",
    fixed: readonly Candidate[],
    candidates: readonly Candidate[],
    goal: Decision,
    facts: Facts,
    is: (expression: Expression) => boolean,
  ): Expression | undefined {
    if (fixed.length === 0 || fixed.length > MOST_PARTS) return undefined;
    const other = kind === "and" ? "or" : "and";
    const { decisions } = this.#model;
    const beside = (decision: Decision): Decision =>
      fixed.reduceRight<Decision>(
        (rest, each) =>
          kind === "and"
            ? conjunction(each.decision, rest, decisions)
            : disjunction(each.decision, rest, decisions),
        decision,
      );
    const joined = beside(kind === "and");
    const fits = (each: Candidate): boolean => {
      const all = beside(each.decision);
      if (equivalent(all, joined, facts, this.#budget)) return false;
      return kind === "and"
        ? implies(all, goal, facts, this.#budget) && !equivalent(all, false, facts, this.#budget)
        : implies(goal, all, facts, this.#budget) && !equivalent(all, true, facts, this.#budget);
    };
    const strongest = this.#strongest(candidates.filter(fits), facts, (a, b) =>
      kind === "and"
        ? implies(beside(b.decision), beside(a.decision), facts, this.#budget)
        : implies(beside(a.decision), beside(b.decision), facts, this.#budget),
    );
    if (strongest.length === 0 || strongest.length > MOST_PARTS) return undefined;
    const first = join(
      kind,
      [...fixed].sort((a, b) => a.order - b.order).map((each) => each.expression),
    );
    const group = this.#fewest(other, strongest, (each) => is(join(kind, [first, each])));
    if (!group) return undefined;
    const rest = this.#fewest(kind, fixed, (each) => is(join(kind, [each, group])));
    return rest && join(kind, [rest, group]);
  }

  /** Leaves out candidates that others make superfluous. */
  #strongest(
    candidates: readonly Candidate[],
    facts: Facts,
    covers: (a: Candidate, b: Candidate) => boolean,
  ): Candidate[] {
    const kept: Candidate[] = [];
    for (const each of candidates) {
      if (equivalent(each.decision, true, facts, this.#budget)) continue;
      if (equivalent(each.decision, false, facts, this.#budget)) continue;
      if (kept.some((other) => covers(other, each))) continue;
      for (let at = kept.length - 1; at >= 0; at--)
        if (covers(each, kept[at] as Candidate)) kept.splice(at, 1);
      kept.push(each);
      if (kept.length > MOST_PARTS) break;
    }
    return kept;
  }

  /** Returns the fewest of some parts that are still enough when joined, in the order of the program. */
  #fewest(
    kind: "and" | "or",
    parts: readonly Candidate[],
    isEnough: (expression: Expression) => boolean,
    weaker: readonly Candidate[] = [],
  ): Expression | undefined {
    const ordered = [...parts].sort((a, b) => a.order - b.order);
    const text = (some: readonly Candidate[]) =>
      join(
        kind,
        some.map((each) => each.expression),
      );
    if (!isEnough(text(ordered))) {
      // What is true goes before what isn't: `tcp and not port 22`.
      ordered.sort((a, b) => rank(a) - rank(b) || a.order - b.order);
      if (!isEnough(text(ordered))) return undefined;
    }
    const dispensable = [...ordered].sort((a, b) => rank(b) - rank(a) || effortOf(b) - effortOf(a));
    let kept = ordered;
    for (const each of dispensable) {
      const without = kept.filter((other) => other !== each);
      if (without.length > 0 && isEnough(text(without))) kept = without;
    }
    // Something weaker may be enough beside the others, and easier to read: `ip and udp port 68` for
    // `ip proto 17 and udp port 68`.
    for (const each of kept) {
      if (kept.length < 2) break;
      for (const other of weaker) {
        if (effortOf(other) >= effortOf(each)) break;
        const replaced = kept.map((part) => (part === each ? other : part));
        if (!isEnough(text(replaced))) continue;
        kept = replaced;
        break;
      }
    }
    for (const each of kept) {
      const without = kept.filter((other) => other !== each);
      if (without.length > 0 && isEnough(text(without))) kept = without;
    }
    return text(kept);
  }

  /** Divides a decision at the tests that all ways to its end go through. */
  #split(decision: Branch, facts: Facts): Expression | boolean {
    this.#budget.spend(8);
    const next = this.#withoutNeed(decision, facts);
    if (next !== undefined) return this.#splitAt(next, facts);
    return this.#splitAt(decision, facts);
  }

  /**
   * Leaves out the tests at the beginning that loads lie within the packet, where the next comparison tests the same
   * because it loads them.
   */
  #withoutNeed(decision: Branch, facts: Facts): Branch | undefined {
    if (!isNeed(decision)) return undefined;
    let at: Decision = decision.then;
    while (typeof at !== "boolean" && isNeed(at)) at = at.then;
    if (typeof at === "boolean") return undefined;
    const needed = this.#factsOf(at.test, facts);
    let from: Branch = decision;
    while (from !== at) {
      if (decide(needed, from.test) !== true) return undefined;
      from = from.then as Branch;
    }
    return at;
  }

  /** The facts after the loads of a test. */
  #factsOf(test: Test, facts: Facts): Facts {
    let after = facts;
    const terms: Term[] = test.kind === "exceeds" ? [test.term, test.other] : [test.term];
    const visit = (term: Term): void => {
      if (term.kind === "operation") {
        visit(term.left);
        visit(term.right);
      }
      if (term.kind !== "load") return;
      if (term.index) visit(term.index);
      const within = this.#model.decisions.within(term);
      if (typeof within !== "boolean" && decide(after, within.test) === undefined)
        after = assumeAll(after, within.test, true);
    };
    for (const term of terms) visit(term);
    return after;
  }

  #splitAt(decision: Branch, facts: Facts): Expression | boolean {
    for (const [kind, end] of [
      ["and", true],
      ["or", false],
    ] as const) {
      const gates = this.#gates(decision, end);
      if (gates.length > 1) return this.#join(kind, gates, facts);
    }
    const { test } = decision;
    const after = (result: boolean) => this.#after(test, facts, result);
    if (typeof decision.then === "boolean" && typeof decision.otherwise === "boolean")
      return this.#compare({ test, negated: decision.otherwise }, facts);
    const is = this.#compare({ test, negated: false }, facts);
    const then = this.express(decision.then, after(true));
    const otherwise = this.express(decision.otherwise, after(false));
    if (then === false) return both(negate(is), otherwise);
    if (then === true) return either(is, otherwise);
    if (otherwise === false) return both(is, then);
    if (otherwise === true) return either(negate(is), then);
    const whenTrue = simplify(decision.otherwise, after(true), this.#model.decisions, this.#budget);
    if (whenTrue === false) return either(both(is, then), this.express(decision.otherwise, facts));
    if (whenTrue === true) return both(either(negate(is), then), this.express(decision.otherwise, facts));
    const whenFalse = simplify(decision.then, after(false), this.#model.decisions, this.#budget);
    if (whenFalse === false) return either(both(negate(is), otherwise), this.express(decision.then, facts));
    if (whenFalse === true) return both(either(is, otherwise), this.express(decision.then, facts));
    return either(both(is, then), both(negate(is), otherwise));
  }

  #after(test: Test, facts: Facts, result: boolean): Facts {
    const loaded = this.#factsOf(test, facts);
    return decide(loaded, test) === undefined ? assumeAll(loaded, test, result) : loaded;
  }

  /** Joins the parts of a decision between its gates. As many as possible at a time become primitives. */
  #join(kind: "and" | "or", gates: readonly Branch[], facts: Facts): Expression | boolean {
    const end = kind === "and";
    const parts: (Expression | boolean)[] = [];
    let known = facts;
    for (let from = 0; from < gates.length; ) {
      let to = gates.length;
      let part: Expression | boolean | undefined;
      for (; this.#options.primitives && to > from + 1; to--) {
        if (from === 0 && to === gates.length) continue;
        const group = simplify(
          this.#between(gates, from, to, end),
          known,
          this.#model.decisions,
          this.#budget,
        );
        part = typeof group === "boolean" ? group : this.#cover(group, known);
        if (part !== undefined) break;
      }
      if (part === undefined) {
        to = from + 1;
        while (to < gates.length && this.#isForNext(gates, from, to)) to++;
        if (from === 0 && to === gates.length) to = 1;
        part = this.express(this.#between(gates, from, to, end), known);
      }
      parts.push(part);
      for (let at = from; at < to; at++) known = this.#afterGate(gates, at, known, end);
      from = to;
    }
    const rest = parts.filter((part) => part !== end);
    if (rest.length === 0) return end;
    if (rest.includes(!end)) {
      const first = rest.indexOf(!end);
      if (first === 0) return !end;
    }
    return join(
      kind,
      rest.filter((part): part is Expression => typeof part !== "boolean"),
    );
  }

  /** Reports whether the gates up to `to` only make sure of what the gate there loads. */
  #isForNext(gates: readonly Branch[], from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (!isNeed(gates[at] as Branch)) return false;
    return true;
  }

  #afterGate(gates: readonly Branch[], at: number, facts: Facts, end: boolean): Facts {
    const gate = gates[at] as Branch;
    const next = gates[at + 1];
    if (gate.then === next && gate.otherwise === !end) return this.#after(gate.test, facts, true);
    if (gate.otherwise === next && gate.then === !end) return this.#after(gate.test, facts, false);
    return facts;
  }

  /** Returns the part of a decision between two gates, which ends with `end` where the rest begins. */
  #between(gates: readonly Branch[], from: number, to: number, end: boolean): Decision {
    const stop = gates[to];
    const done = new Map<Branch, Decision>();
    const visit = (at: Decision): Decision => {
      if (at === stop) return end;
      if (typeof at === "boolean") return at;
      const before = done.get(at);
      if (before !== undefined) return before;
      this.#budget.spend();
      const made = this.#model.decisions.branch(at.test, visit(at.then), visit(at.otherwise));
      done.set(at, made);
      return made;
    };
    return visit(gates[from] as Branch);
  }

  /** Returns the tests that every way through a decision to an end goes through, beginning with the first. */
  #gates(decision: Branch, end: boolean): Branch[] {
    const order: Branch[] = [];
    const seen = new Set<Branch>();
    const visit = (at: Decision): void => {
      if (typeof at === "boolean" || seen.has(at)) return;
      seen.add(at);
      visit(at.then);
      visit(at.otherwise);
      order.push(at);
    };
    visit(decision);
    order.reverse();
    this.#budget.spend(order.length);
    const position = new Map(order.map((branch, at) => [branch, at]));
    // The nearest gate before each test, and before the end (Cooper, Harvey, Kennedy).
    const before: number[] = [0];
    let last: number | undefined;
    const common = (a: number, b: number): number => {
      let [one, other] = [a, b];
      while (one !== other)
        if (one > other) one = before[one] as number;
        else other = before[other] as number;
      return one;
    };
    order.forEach((branch, at) => {
      for (const next of [branch.then, branch.otherwise])
        if (next === end) last = last === undefined ? at : common(last, at);
        else if (typeof next !== "boolean") {
          const to = position.get(next) as number;
          before[to] = before[to] === undefined ? at : common(before[to], at);
        }
    });
    if (last === undefined) return [];
    const gates: Branch[] = [];
    for (let at = last; ; at = before[at] as number) {
      gates.push(order[at] as Branch);
      if (at === 0) return gates.reverse();
    }
  }

  #compare(literal: Literal, facts: Facts): Expression {
    const protocols = protocolsKnown(facts, this.#model, this.#options.shift);
    const comparison =
      comparisonOf(literal, this.#model, protocols, this.#options.shift) ??
      comparisonOf(literal, this.#model, {}, this.#options.shift);
    if (!comparison) throw new NotExpressible("libpcap's language has no word for something that it tests");
    return comparison;
  }
}

/** Reports whether a test only decides whether something can be loaded. */
function isNeed({ test, otherwise }: Branch): boolean {
  return (
    otherwise === false &&
    (test.kind === "within" || (test.kind === "greater" && test.term.kind === "captured"))
  );
}

function both(first: Expression | boolean, second: Expression | boolean): Expression | boolean {
  if (typeof first === "boolean") return first ? second : false;
  if (typeof second === "boolean") return second ? first : false;
  return join("and", [first, second]);
}

function either(first: Expression | boolean, second: Expression | boolean): Expression | boolean {
  if (typeof first === "boolean") return first ? true : second;
  if (typeof second === "boolean") return second ? true : first;
  return join("or", [first, second]);
}

/** Returns how much there is to read in a candidate. */
function effortOf({ expression }: Candidate): number {
  return costOf(expression);
}

/** Primitives before their opposites. */
function rank({ expression }: Candidate): number {
  return expression.kind === "not" ? 1 : 0;
}

/** Reports whether an expression says what is, rather than what isn't. */
function isAffirmative({ expression }: Candidate): boolean {
  return expression.kind === "primitive" && !/!=|<=|^not |^inbound/.test(expression.text);
}

/** Returns how much there is to read in an expression. What has a name is preferred to what has an offset. */
function costOf(expression: Expression): number {
  const text = formatExpression(expression);
  return text.length + OFFSET_EFFORT * (text.split("[").length - 1);
}

function byEffort(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((a, b) => effortOf(a) - effortOf(b));
}
