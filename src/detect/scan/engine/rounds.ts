import { randomFillSync } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isShared, type Probe, type ProbeNumber, probeKinds } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import type { Row } from "./host-table.js";
import type { Pace } from "./pace.js";
import { canAsk, type Transmitter } from "./transmitter.js";

/** The time to wait for answers, as a multiple of the slowest host's response time, within bounds. */
const PATIENCE = 4;
const SHORTEST_MS = 20;
const LONGEST_MS = 500;
/** The additional time to wait, as a multiple of the same, if a late answer would be attributed to the wrong probe. */
const OWED_PATIENCE = 4;
const FULL_QUEUE_MS = 1;

/** How much of a pass over the hosts is done, counted in frames. */
export interface ScanWork {
  /** Counts from 1. */
  pass: number;
  done: number;
  /** The frames of this pass, and those that later ones will need at most. 0 if that can't be known. */
  frames: number;
  later: number;
}

/** The objects that a round uses. */
export interface RoundTools {
  readonly exchange: Exchange;
  readonly transmitter: Transmitter;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
  /** Called after frames were sent. */
  readonly onSent: (frames: number) => void;
  readonly work: ScanWork;
}

/**
 * Sends hosts one probe of each kind in an unpredictable order, and waits until all answers have arrived or the usual
 * time for them has passed.
 * @param probes numbers in the catalogue, at most one of each kind
 * @param wants whether to ask a host
 * @param patience milliseconds; undefined for a time based on the answers so far
 */
export async function runRound(
  tools: RoundTools,
  probes: readonly ProbeNumber[],
  rows: Row[],
  pass: number,
  wants: (probe: ProbeNumber, row: Row) => boolean,
  patience?: number,
): Promise<void> {
  const { exchange } = tools;
  shuffle(rows);
  const shared = probes.filter((probe) => isShared(exchange.probe(probe)));
  const single = probes.filter((probe) => !isShared(exchange.probe(probe)));
  for (const probe of shared) {
    if (!beginForAll(exchange, probe, rows, wants)) continue;
    const wait = tools.pace.next();
    if (wait) await wait;
    while (!send(tools, probe, undefined, pass)) await setTimeout(FULL_QUEUE_MS);
  }
  // Avoid a promise per frame unless there is something to wait for.
  for (const row of rows)
    for (const probe of single) {
      if (!canAsk(exchange, probe, row) || !wants(probe, row)) continue;
      const wait = tools.pace.next();
      if (wait) await wait;
      exchange.begin(probe, row, performance.now());
      while (!send(tools, probe, row, pass)) await setTimeout(FULL_QUEUE_MS);
      tools.work.done++;
    }
  const milliseconds = patience ?? patienceOf(exchange);
  await quiet(exchange, milliseconds, tools.signal);
  await settled(tools, probes, rows, OWED_PATIENCE * milliseconds);
  exchange.endRound();
}

/**
 * Waits longer for pending answers if an answer doesn't say what it answers. Otherwise a late answer to a control would
 * be attributed to the next probe.
 */
async function settled(
  { exchange, signal }: RoundTools,
  probes: readonly ProbeNumber[],
  rows: Row[],
  milliseconds: number,
): Promise<void> {
  const owed = probes.filter((probe) => isOwed(exchange.probe(probe)));
  const isAwaited = (probe: ProbeNumber): boolean => rows.some((row) => exchange.awaits(probe, row));
  const end = performance.now() + milliseconds;
  while (owed.some(isAwaited) && performance.now() < end)
    await setTimeout(SHORTEST_MS, undefined, signal ? { signal } : {});
}

function isOwed({ kind, role }: Probe): boolean {
  return (kind === "arp" || kind === "nd") && (role === "control" || role === "joined");
}

/**
 * Begins the probes of a round.
 * @returns whether there is a host to ask; during discovery there may always be one
 */
function beginForAll(
  exchange: Exchange,
  probe: ProbeNumber,
  rows: Row[],
  wants: (probe: ProbeNumber, row: Row) => boolean,
): boolean {
  const now = performance.now();
  let asked = exchange.probe(probe).role === "discovery";
  for (const row of rows)
    if (canAsk(exchange, probe, row) && wants(probe, row)) {
      exchange.begin(probe, row, now);
      asked = true;
    }
  return asked;
}

/**
 * Sends a probe.
 * @returns false if the kernel has no room now
 */
function send(tools: RoundTools, probe: ProbeNumber, row: Row | undefined, pass: number): boolean {
  tools.signal?.throwIfAborted();
  if (!tools.transmitter.send(probe, row, pass)) return false;
  tools.onSent(tools.transmitter.sent);
  return true;
}

function patienceOf(exchange: Exchange): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, PATIENCE * exchange.slowest(), exchange.usual()));
}

/** Waits until no answers are expected, but at most this many milliseconds. */
function quiet(exchange: Exchange, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (exchange.outstanding === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      exchange.onQuiet = undefined;
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const abort = (): void => finish();
    const timer = globalThis.setTimeout(finish, milliseconds);
    signal?.addEventListener("abort", abort);
    exchange.onQuiet = finish;
  });
}

/** Divides probes into rounds: the first probe of each kind, the second of each kind, and so on. */
export function inRounds(exchange: Exchange, wanted: (probe: Probe) => boolean): ProbeNumber[][] {
  const rounds: ProbeNumber[][] = [];
  for (const kind of probeKinds) {
    let round = 0;
    for (const number of exchange.probes) {
      const probe = exchange.probe(number);
      if (probe.kind !== kind || !wanted(probe)) continue;
      rounds[round] ??= [];
      rounds[round]?.push(number);
      round++;
    }
  }
  return rounds;
}

/** Shuffles rows (Fisher-Yates) with random numbers that can't be predicted from earlier ones. */
function shuffle(rows: Row[]): void {
  const numbers = randomFillSync(new Uint32Array(rows.length));
  for (let last = rows.length - 1; last > 0; last--) {
    // With a million rows, the modulo favours no number by more than 1 in 4,000.
    const other = (numbers[last] as number) % (last + 1);
    const kept = rows[last] as Row;
    rows[last] = rows[other] as Row;
    rows[other] = kept;
  }
}
