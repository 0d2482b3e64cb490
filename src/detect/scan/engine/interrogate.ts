import { isReliable, type Probe } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** Everyone is asked everything once; who leaves doubts, again, up to this often. */
const PASSES = 5;
/** … but no oftener than that, unless most of it was answered: then the rest was perhaps lost. */
const PASSES_IN_DOUBT = 3;

/**
 * Asks hosts everything. Who answered for all groups isn't asked again, who answered for none once more, because frames
 * are lost; of who answered for some, everything is asked three times, to tell a collision from a stray answer, and of who
 * answered for most, the rest twice more.
 */
export async function interrogate(tools: RoundTools, rows: Int32Array): Promise<void> {
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
        (probe, row) => pass === 1 || isAskedOfAny(exchange, probe, row, pass, doubt),
      );
  }
}

/**
 * Whether a host is asked again, or another machine that claims its address: a frame for a group comes to all of them, and
 * an ARP reply doesn't say which question it answers.
 */
function isAskedOfAny(
  exchange: Exchange,
  number: number,
  row: number,
  pass: number,
  doubt: Uint8Array,
): boolean {
  const { hosts } = exchange;
  if (hosts.isContested[row] === 0) return isAskedAgain(exchange, number, row, pass, doubt[row] as number);
  for (let each = hosts.firstAt(row); each >= 0; each = hosts.nextAt(each))
    if (isAskedAgain(exchange, number, each, pass, doubt[each] as number)) return true;
  return false;
}

const NONE = 0;
const SILENT = 1;
const MIXED = 2;
const MOSTLY = 3;

function doubtOf(exchange: Exchange, row: number): number {
  let asked = 0;
  let answered = 0;
  for (const [number, probe] of exchange.catalogue.entries()) {
    if (!isGroup(probe) || exchange.sent(number, row) === 0) continue;
    asked++;
    if (isAnswered(exchange, number, row)) answered++;
  }
  if (answered === 0) return SILENT;
  if (answered === asked) return NONE;
  return answered * 2 > asked ? MOSTLY : MIXED;
}

function isAskedAgain(exchange: Exchange, number: number, row: number, pass: number, doubt: number): boolean {
  const probe = exchange.catalogue[number] as Probe;
  // Hardly a host answers this: if one does, it had better do so again.
  if (probe.role === "other-unicast" && exchange.answered(number, row) > 0) return pass <= PASSES_IN_DOUBT;
  if (doubt === NONE) return false;
  if (doubt !== SILENT)
    return pass <= PASSES_IN_DOUBT || (doubt === MOSTLY && !isAnswered(exchange, number, row));
  if (pass > PASSES_IN_DOUBT) return false;
  if (probe.role === "control" || probe.role === "joined") return exchange.answered(number, row) === 0;
  return pass === 2 && probe.role === "random-group";
}

function isAnswered(exchange: Exchange, number: number, row: number): boolean {
  return isReliable(exchange.sent(number, row), exchange.answered(number, row));
}

function isGroup({ role }: Probe): boolean {
  return role === "random-group" || role === "known-group";
}
