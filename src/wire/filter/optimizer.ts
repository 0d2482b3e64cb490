import type { Budget } from "./budget.js";
import type { Branch, Decision, Test } from "./decision.js";
import type { Model } from "./model.js";

/** The optimizer goes on until nothing changes. This often is enough for programs of ordinary size. */
const MOST_ROUNDS = 6;

/** Thrown when it can't be said what the optimizer does. */
class Unpredictable extends Error {}

/**
 * Returns the decision that the program of another decision makes after libpcap has optimized it. They differ only for
 * packets that end within a header: the optimizer (optimize.c) leaves out loads that don't matter, and moves tests of
 * what has just been loaded before others. Returns undefined if it can't be predicted what it does.
 */
export function optimize(decision: Decision, model: Model, budget: Budget): Decision | undefined {
  try {
    return optimized(decision, model, budget);
  } catch (error) {
    if (error instanceof Unpredictable) return undefined;
    throw error;
  }
}

function optimized(decision: Decision, model: Model, budget: Budget): Decision {
  let at = thread(decision, model, budget);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = thread(pullUp(at, model, budget), model, budget);
    if (next === at) break;
    at = next;
  }
  return withNeeds(at, model);
}

/** What every way to a place has tested: the results by test, and the values found by what was loaded. */
interface Tested {
  readonly results: ReadonlyMap<Test, boolean>;
  readonly values: ReadonlyMap<string, number>;
}

const NOTHING_TESTED: Tested = { results: new Map(), values: new Map() };

function after({ results, values }: Tested, test: Test, result: boolean): Tested {
  return {
    results: new Map(results).set(test, result),
    values: result && test.kind === "equal" ? new Map(values).set(loadedBy(test), test.constant) : values,
  };
}

function common(first: Tested, second: Tested): Tested {
  const results = new Map([...first.results].filter(([test, result]) => second.results.get(test) === result));
  const values = new Map([...first.values].filter(([loaded, value]) => second.values.get(loaded) === value));
  return { results, values };
}

/** fold_edge: the result of a test that libpcap knows, which only compares tests of the same kind. */
function fold({ results, values }: Tested, test: Test): boolean | undefined {
  const result = results.get(test);
  if (result !== undefined || test.kind !== "equal") return result;
  const value = values.get(loadedBy(test));
  return value === undefined ? undefined : value === test.constant;
}

/** opt_j: lets each edge lead past tests whose results are known on it, and leaves out the tests of loads. */
function thread(decision: Decision, model: Model, budget: Budget): Decision {
  const order = inOrder(decision);
  budget.spend(4 * order.length);
  const tested = new Map<Branch, Tested>();
  const edges = new Map<Branch, [then: Decision, otherwise: Decision]>();
  const lead = (from: Decision, facts: Tested): Decision => {
    let at = from;
    while (typeof at !== "boolean") {
      const result = isNeed(at.test) ? true : fold(facts, at.test);
      if (result === undefined) break;
      at = result ? at.then : at.otherwise;
    }
    if (typeof at !== "boolean") {
      const before = tested.get(at);
      tested.set(at, before ? common(before, facts) : facts);
    }
    return at;
  };
  const first = lead(decision, NOTHING_TESTED);
  for (const at of order) {
    const facts = tested.get(at);
    if (!facts) continue;
    edges.set(at, [
      lead(at.then, after(facts, at.test, true)),
      lead(at.otherwise, after(facts, at.test, false)),
    ]);
  }
  const done = new Map<Branch, Decision>();
  for (const at of order.reverse()) {
    const [then, otherwise] = edges.get(at) ?? [];
    if (then === undefined || otherwise === undefined) continue;
    const made = (to: Decision): Decision => (typeof to === "boolean" ? to : (done.get(to) as Decision));
    const [one, other] = [made(then), made(otherwise)];
    // Whether libpcap finds out that the test doesn't matter depends on more than what is known here.
    if (one === other) throw new Unpredictable();
    done.set(at, model.decisions.branch(at.test, one, other));
  }
  return typeof first === "boolean" ? first : (done.get(first) as Decision);
}

function isNeed(test: Test): boolean {
  return test.kind === "within" || test.term.kind === "captured";
}

/** Returns all tests, each before those that follow from it. */
function inOrder(decision: Decision): Branch[] {
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
  return order.reverse();
}

/** What the accumulator holds at a test. */
function loadedBy(test: Test): string {
  if (test.kind !== "equal") return String(test.term.id);
  const isWhole = test.mask === test.term.most || (test.mask & (test.mask - 1)) === 0;
  return isWhole ? String(test.term.id) : `${test.term.id} & ${test.mask}`;
}

/** or_pullup and and_pullup. */
function pullUp(decision: Decision, model: Model, budget: Budget): Decision {
  const entries = new Map<Branch, { count: number; loaded: string | undefined }>();
  const order: Branch[] = [];
  const enter = (at: Decision, from: string | undefined): void => {
    if (typeof at === "boolean") return;
    const entry = entries.get(at);
    if (entry) {
      entry.count++;
      if (entry.loaded !== from) entry.loaded = undefined;
      return;
    }
    entries.set(at, { count: 1, loaded: from });
    enter(at.then, loadedBy(at.test));
    enter(at.otherwise, loadedBy(at.test));
    order.push(at);
  };
  enter(decision, undefined);
  budget.spend(order.length);
  const done = new Map<Branch, Decision>();
  const rebuild = (at: Decision): Decision => {
    if (typeof at === "boolean") return at;
    const before = done.get(at);
    if (before !== undefined) return before;
    const made = chain(at, "then", "otherwise") ?? chain(at, "otherwise", "then");
    const result = made ?? model.decisions.branch(at.test, rebuild(at.then), rebuild(at.otherwise));
    done.set(at, result);
    return result;
  };
  /** Reorders tests of which each leads to the same decision on one side, and to the next test on the other. */
  const chain = (
    first: Branch,
    same: "then" | "otherwise",
    next: "then" | "otherwise",
  ): Decision | undefined => {
    const tests: Branch[] = [first];
    let at = first[next];
    while (typeof at !== "boolean" && at[same] === first[same] && entries.get(at)?.count === 1) {
      tests.push(at);
      at = at[next];
    }
    if (tests.length < 2) return undefined;
    const waiting = [...tests];
    const ordered: Branch[] = [];
    let loaded = entries.get(first)?.loaded;
    while (waiting.length > 0) {
      const found = waiting.findIndex(({ test }) => loadedBy(test) === loaded);
      const [taken] = waiting.splice(Math.max(0, found), 1) as [Branch];
      ordered.push(taken);
      loaded = loadedBy(taken.test);
    }
    if (ordered.every((each, index) => each === tests[index])) return undefined;
    const target = rebuild(first[same]);
    return ordered.reduceRight<Decision>(
      (rest, { test }) =>
        same === "then"
          ? model.decisions.branch(test, target, rest)
          : model.decisions.branch(test, rest, target),
      rebuild(at),
    );
  };
  return rebuild(decision);
}

/** Adds to each test the condition that what it loads lies within the packet. */
function withNeeds(decision: Decision, model: Model): Decision {
  const done = new Map<Branch, Decision>();
  const visit = (at: Decision): Decision => {
    if (typeof at === "boolean") return at;
    let made = done.get(at);
    if (made === undefined) {
      made = model.relation({ test: at.test, negated: false })(visit(at.then), visit(at.otherwise));
      done.set(at, made);
    }
    return made;
  };
  return visit(decision);
}
