import { randomFillSync } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isShared, type Probe, type ProbeNumber, probeKinds } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import type { Row } from "./host-table.js";
import type { Pace } from "./pace.js";
import { canAsk, type Transmitter } from "./transmitter.js";

/** Answers are waited for so many times as long as the slowest host takes, within bounds. */
const PATIENCE = 4;
const SHORTEST_MS = 20;
const LONGEST_MS = 500;
/** … and for so many times as long again, where a late one would be mistaken. */
const OWED_PATIENCE = 4;
const FULL_QUEUE_MS = 1;

/** What rounds work with. */
export interface RoundTools {
  readonly exchange: Exchange;
  readonly transmitter: Transmitter;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
  /** Called after each frame. */
  readonly onSent: (frames: number) => void;
}

/**
 * Asks hosts one thing of each kind, in an order that no one foresees, and waits for the answers: until all have come, or
 * as long as they take here.
 * @param probes numbers in the catalogue, at most one of a kind
 * @param wants whether a host is to be asked
 * @param patience milliseconds; undefined for what the answers so far have shown
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
  // No promise a frame, unless there is something to wait for.
  for (const row of rows)
    for (const probe of single) {
      if (!canAsk(exchange, probe, row) || !wants(probe, row)) continue;
      const wait = tools.pace.next();
      if (wait) await wait;
      exchange.begin(probe, row, performance.now());
      while (!send(tools, probe, row, pass)) await setTimeout(FULL_QUEUE_MS);
    }
  const milliseconds = patience ?? patienceOf(exchange);
  await quiet(exchange, milliseconds, tools.signal);
  await settled(tools, probes, rows, OWED_PATIENCE * milliseconds);
  exchange.endRound();
}

/**
 * Waits longer for answers that are owed, where an answer doesn't say what it answers: the late one to a control would be
 * taken for one to the next question.
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

/** @returns whether there is anyone to ask; while hosts are being found there may be */
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

/** @returns false if the kernel has no room now */
function send(tools: RoundTools, probe: ProbeNumber, row: Row | undefined, pass: number): boolean {
  tools.signal?.throwIfAborted();
  if (!tools.transmitter.send(probe, row, pass)) return false;
  tools.onSent(tools.transmitter.sent);
  return true;
}

function patienceOf(exchange: Exchange): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, PATIENCE * exchange.slowest(), exchange.usual()));
}

/** Until nothing is outstanding, at most so many milliseconds. */
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

/** The rounds in which these probes are sent: the first of each kind, the second of each kind, and so on. */
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

/** Fisher and Yates, with numbers that nobody can foresee from those before. */
function shuffle(rows: Row[]): void {
  const numbers = randomFillSync(new Uint32Array(rows.length));
  for (let last = rows.length - 1; last > 0; last--) {
    // Of a million rows, a number modulo that favours none by more than one in 4,000.
    const other = (numbers[last] as number) % (last + 1);
    const kept = rows[last] as Row;
    rows[last] = rows[other] as Row;
    rows[other] = kept;
  }
}
