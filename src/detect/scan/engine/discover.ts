import { setTimeout } from "node:timers/promises";
import { isShared, type ProbeNumber } from "../probe/probe.js";
import type { HostTable, Row } from "./host-table.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/**
 * How long to wait for answers in each attempt, in milliseconds. At this point it isn't known how fast the network is.
 */
const PATIENCE_MS = [100, 200, 700] as const;
/** All nodes are first asked this often, with a pause of this many milliseconds after each time. */
const NODE_TRIES = 2;
const NODE_PATIENCE_MS = 100;
/**
 * A node that doesn't know this machine has to solicit its address before it can answer. If that frame is lost, the
 * node repeats it after a second (RFC 4861, 10: RETRANS_TIMER).
 */
const SOLICITED_AGAIN_MS = 1200;

/**
 * Finds the hosts. Every address that hasn't answered is asked up to three times. A host that doesn't answer ARP may
 * answer an echo request in a broadcast frame. Then all IPv6 nodes are asked to identify themselves; by their hardware
 * addresses they are either known already or new.
 */
export async function discover(tools: RoundTools, rows: Row[]): Promise<void> {
  const { exchange } = tools;
  const { hosts } = exchange;
  const [single = []] = inRounds(exchange, (probe) => probe.role === "discovery" && !isShared(probe));
  const [shared = []] = inRounds(exchange, (probe) => probe.role === "discovery" && isShared(probe));
  const withoutEcho = single.filter((probe) => exchange.probe(probe).kind !== "icmp");
  for (const [at, patience] of PATIENCE_MS.entries()) {
    if (rows.every((row) => hosts.hasMac[row] === 1)) break;
    const isLast = at === PATIENCE_MS.length - 1;
    const unanswered = rows.filter((row) => hosts.hasMac[row] === 0).length;
    const attemptsLeft = PATIENCE_MS.length - 1 - at;
    // A host has addresses of one family when it is discovered, so each attempt sends it one frame.
    const work = { pass: at + 1, done: 0, frames: unanswered, later: attemptsLeft * unanswered };
    Object.assign(tools.work, work);
    await runRound(tools, isLast ? single : withoutEcho, rows, at + 1, () => true, patience);
  }
  if (shared.length > 0) await discoverNodes(tools, shared, rows);
}

/** @param shared the probes that are sent to all nodes at once */
async function discoverNodes(tools: RoundTools, shared: readonly ProbeNumber[], rows: Row[]): Promise<void> {
  const { hosts } = tools.exchange;
  // The number of nodes isn't known, so it can't be seen whether all have answered.
  const pause = (): Promise<void> =>
    setTimeout(NODE_PATIENCE_MS, undefined, tools.signal ? { signal: tools.signal } : {});
  const begin = performance.now();
  for (let pass = 1; pass <= NODE_TRIES; pass++) {
    await runRound(tools, shared, rows, pass, () => true);
    await pause();
  }
  while (isPartlyIpv6(hosts) && performance.now() - begin < SOLICITED_AGAIN_MS) await pause();
  if (!isPartlyIpv6(hosts)) return;
  await runRound(tools, shared, rows, NODE_TRIES + 1, () => true);
  await pause();
}

/** Reports whether some known machines have IPv6 and others don't, so that an answer may be missing. */
function isPartlyIpv6(hosts: HostTable): boolean {
  const { hasMac, hasIpv6, mac } = hosts;
  let known = 0;
  let withIpv6 = 0;
  for (const row of hosts.rows()) {
    // A machine with many addresses answers the probe to all nodes only once.
    if (hasMac[row] === 0 || hosts.byMac(mac, row * 6) !== row) continue;
    known++;
    if (hasIpv6[row] === 1) withIpv6++;
  }
  return withIpv6 > 0 && withIpv6 < known;
}
