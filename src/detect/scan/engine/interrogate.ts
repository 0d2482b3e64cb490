import { isReliable, type Probe, type ProbeNumber } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import { NO_ROW, type Row } from "./host-table.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** Everything is asked once. Hosts whose answers are inconclusive are asked again, up to this often in all. */
const PASSES = 5;
/**
 * They are asked only this often unless most questions were answered, in which case the other answers may have been
 * lost.
 */
const PASSES_IN_DOUBT = 3;

/**
 * Sends hosts all probes. A host that answered for all groups isn't asked again. A host that answered for none is asked
 * once more, because frames can be lost. A host that answered for some is asked everything three times, to tell a
 * collision from a stray answer. A host that answered for most is asked the rest twice more.
 * @param decided hosts are added as soon as they needn't be asked anything more
 */
export async function interrogate(tools: RoundTools, rows: Row[], decided: Set<Row>): Promise<void> {
  const { exchange } = tools;
  const rounds = inRounds(exchange, ({ role }) => role !== "discovery");
  const probes = rounds.flat();
  for (let pass = 1; pass <= PASSES; pass++) {
    const doubts = new Array<Doubt>(exchange.hosts.capacity).fill("none");
    if (pass > 1) for (const row of rows) doubts[row] = doubtOf(exchange, row);
    const open =
      pass === 1 ? rows : rows.filter((row) => isAskedAnything(exchange, probes, row, pass, doubts));
    if (pass > 1) addOthers(decided, rows, open);
    const frames = pass === 1 ? rows.length * probes.length : 0;
    Object.assign(tools.work, { pass, done: 0, frames, later: 0 });
    for (const round of rounds)
      await runRound(
        tools,
        round,
        rows,
        pass,
        (probe, row) => pass === 1 || isAskedOfAny(exchange, probe, row, pass, doubts),
      );
  }
  addOthers(decided, rows, []);
}

function isAskedAnything(
  exchange: Exchange,
  probes: readonly ProbeNumber[],
  row: Row,
  pass: number,
  doubts: readonly Doubt[],
): boolean {
  // Another machine that claims the same address may still be found, and is asked together with this one.
  if (exchange.hosts.isContested[row] === 1) return true;
  return probes.some((probe) => isAskedOfAny(exchange, probe, row, pass, doubts));
}

/** Adds the rows that aren't open to those that are decided. */
function addOthers(decided: Set<Row>, rows: readonly Row[], open: readonly Row[]): void {
  const isOpen = new Set(open);
  for (const row of rows) if (!isOpen.has(row)) decided.add(row);
}

/**
 * Reports whether to ask a host again, or another machine that claims its address. A frame for a group reaches all of
 * them, and an ARP reply doesn't say which question it answers.
 */
function isAskedOfAny(
  exchange: Exchange,
  number: ProbeNumber,
  row: Row,
  pass: number,
  doubts: readonly Doubt[],
): boolean {
  const { hosts } = exchange;
  if (hosts.isContested[row] === 0) return isAskedAgain(exchange, number, row, pass, doubts[row] as Doubt);
  for (let each = hosts.firstAt(row); each !== NO_ROW; each = hosts.nextAt(each))
    if (isAskedAgain(exchange, number, each, pass, doubts[each] as Doubt)) return true;
  return false;
}

/**
 * What a host's answers for groups leave open: `none` if it answered for all or must not be asked again, `silent` if it
 * answered for none, `mixed` for some, `mostly` for most.
 */
type Doubt = "none" | "silent" | "mixed" | "mostly";

function doubtOf(exchange: Exchange, row: Row): Doubt {
  let asked = 0;
  let answered = 0;
  for (const number of exchange.probes) {
    if (!isGroup(exchange.probe(number)) || exchange.sent(number, row) === 0) continue;
    asked++;
    if (isAnswered(exchange, number, row)) answered++;
  }
  if (answered === 0) return "silent";
  if (answered === asked) return "none";
  return answered * 2 > asked ? "mostly" : "mixed";
}

function isAskedAgain(
  exchange: Exchange,
  number: ProbeNumber,
  row: Row,
  pass: number,
  doubt: Doubt,
): boolean {
  const probe = exchange.probe(number);
  // Hosts rarely answer this probe. If one does, the answer should be confirmed.
  if (probe.role === "other-unicast" && exchange.answered(number, row) > 0) return pass <= PASSES_IN_DOUBT;
  if (doubt === "none") return false;
  if (doubt !== "silent")
    return pass <= PASSES_IN_DOUBT || (doubt === "mostly" && !isAnswered(exchange, number, row));
  if (pass > PASSES_IN_DOUBT) return false;
  if (probe.role === "control" || probe.role === "joined") return exchange.answered(number, row) === 0;
  return pass === 2 && probe.role === "random-group";
}

function isAnswered(exchange: Exchange, number: ProbeNumber, row: Row): boolean {
  return isReliable(exchange.sent(number, row), exchange.answered(number, row));
}

function isGroup({ role }: Probe): boolean {
  return role === "random-group" || role === "known-group";
}
