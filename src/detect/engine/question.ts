import type { Probe } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** Everyone is asked everything once; who leaves doubts, again, up to this often. */
const PASSES = 3;

/**
 * Asks hosts everything. Who answered for all groups isn't asked again, who answered for none once more, because frames
 * are lost; of who answered for some, everything is asked three times, to tell a collision from a stray answer.
 */
export async function question(tools: RoundTools, rows: Int32Array): Promise<void> {
  const { exchange } = tools;
  const rounds = inRounds(exchange.catalogue, ({ role }) => role !== "discovery");
  for (let pass = 1; pass <= PASSES; pass++) {
    const doubt = new Uint8Array(exchange.hosts.capacity);
    if (pass > 1) for (const row of rows) doubt[row] = doubtOf(exchange, row);
    for (const round of rounds)
      await runRound(
        tools,
        round,
        rows,
        pass,
        (probe, row) => pass === 1 || isAskedAgain(exchange, probe, row, pass, doubt[row] as number),
      );
  }
}

const NONE = 0;
const SILENT = 1;
const MIXED = 2;

function doubtOf(exchange: Exchange, row: number): number {
  let asked = 0;
  let answered = 0;
  for (const [number, probe] of exchange.catalogue.entries()) {
    if (!isGroup(probe) || exchange.sent(number, row) === 0) continue;
    asked++;
    if (exchange.answered(number, row) > 0) answered++;
  }
  if (answered === 0) return SILENT;
  return answered === asked ? NONE : MIXED;
}

function isAskedAgain(exchange: Exchange, number: number, row: number, pass: number, doubt: number): boolean {
  if (doubt === NONE) return false;
  if (doubt === MIXED) return true;
  const probe = exchange.catalogue[number] as Probe;
  if (probe.role === "control" || probe.role === "joined") return exchange.answered(number, row) === 0;
  return pass === 2 && probe.role === "random-group";
}

function isGroup({ role }: Probe): boolean {
  return role === "random-group" || role === "known-group";
}
