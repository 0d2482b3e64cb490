/** One of the programs or functions that are compared. */
export interface Contestant {
  run(): void;
  /** How many operations one `run` performs. Defaults to 1. */
  readonly operations?: number;
}

/** Milliseconds per operation for each contestant, measured next to each other in one round. */
export type Round<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Runs the contestants in turn, round by round, so that other load on the machine affects all of them alike. Every
 * other round is in reverse order, so that no contestant always follows the same one.
 */
export function pairedRounds<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  { rounds, warmUp = 3 }: { rounds: number; warmUp?: number },
): Round<Name>[] {
  const forwards = Object.entries<Contestant>(contestants);
  const backwards = forwards.toReversed();
  const measured: Round<Name>[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const order = round % 2 === 0 ? forwards : backwards;
    const times = Object.fromEntries(order.map(([name, contestant]) => [name, time(contestant)]));
    if (round >= 0) measured.push(times as Round<Name>);
  }
  return measured;
}

function time({ run, operations = 1 }: Contestant): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / operations;
}

export interface Spread {
  readonly median: number;
  /** Half of the values lie between these two. */
  readonly quartiles: readonly [number, number];
  readonly range: readonly [number, number];
  readonly count: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  return {
    median: at(0.5),
    quartiles: [at(0.25), at(0.75)],
    range: [at(0), at(1)],
    count: sorted.length,
  };
}

export function median(values: readonly number[]): number {
  return spread(values).median;
}
