import type { Instruction } from "../kernel/bpf/classic.js";
import { checkProgram } from "../kernel/bpf/run.js";
import { Budget, OutOfBudget } from "./budget.js";
import { Decisions } from "./decision.js";
import { execute, NotFollowed } from "./execute.js";
import { equivalent, NO_FACTS, ofLongPackets } from "./facts.js";
import { Terms } from "./term.js";

/** The work that the comparison may take, so that a program made for it can't keep it busy. */
const MOST_STEPS = 20_000;

/**
 * Reports whether two classic BPF programs accept the same packets, except for packets that end within what the programs
 * load. If that can't be shown, the answer is false.
 * @throws PromiscError `malformed` if a program is invalid
 */
export function acceptSame(first: readonly Instruction[], second: readonly Instruction[]): boolean {
  checkProgram(first);
  checkProgram(second);
  const terms = new Terms();
  const decisions = new Decisions(terms);
  try {
    const [one, other] = [first, second].map(
      (program) => execute(program, terms, decisions, new Budget(MOST_STEPS)).decision,
    );
    if (one === undefined || other === undefined) return false;
    return equivalent(one, other, ofLongPackets(NO_FACTS), new Budget(MOST_STEPS));
  } catch (error) {
    if (error instanceof NotFollowed || error instanceof OutOfBudget) return false;
    throw error;
  }
}
