/** Thrown when something takes more work than it may. */
export class OutOfBudget extends Error {}

/** Counts work. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** @throws OutOfBudget when nothing is left */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new OutOfBudget();
  }
}

/** The most tests on one way through a decision. Deeper ones would need too much stack to be followed. */
export const MOST_DEPTH = 1000;
