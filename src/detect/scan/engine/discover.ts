import { setTimeout } from "node:timers/promises";
import { isShared, type ProbeNumber } from "../probe/probe.js";
import type { HostTable, Row } from "./host-table.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** How long answers are waited for, try by try, in milliseconds: nobody knows yet how fast this network is. */
const PATIENCE_MS = [100, 200, 700] as const;
/** Nodes are asked so many times at once, and given so long. */
const NODE_TRIES = 2;
const NODE_PATIENCE_MS = 100;
/**
 * A node that doesn't know this machine has to solicit its address before it can answer. If that is lost, it does so again
 * after a second (RFC 4861, 10: RETRANS_TIMER).
 */
const SOLICITED_AGAIN_MS = 1200;

/**
 * Finds the hosts: asks every address that hasn't answered, up to three times. Who doesn't answer to ARP may do so to an
 * echo request in a broadcast frame. Then all IPv6 nodes are asked who they are: by their hardware addresses they are
 * known already, or new.
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
    await runRound(tools, isLast ? single : withoutEcho, rows, at + 1, () => true, patience);
  }
  if (shared.length > 0) await discoverNodes(tools, shared, rows);
}

/** @param shared what is asked of all nodes at once */
async function discoverNodes(tools: RoundTools, shared: readonly ProbeNumber[], rows: Row[]): Promise<void> {
  const { hosts } = tools.exchange;
  // How many there are isn't known, so it can't be seen when all have answered.
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

/** Whether some machines have IPv6 and others don't, as far as it is known: an answer may be missing. */
function isPartlyIpv6(hosts: HostTable): boolean {
  const { hasMac, hasIpv6, mac } = hosts;
  let known = 0;
  let withIpv6 = 0;
  for (const row of hosts.rows()) {
    // A machine with many addresses answers for all nodes once.
    if (hasMac[row] === 0 || hosts.byMac(mac, row * 6) !== row) continue;
    known++;
    if (hasIpv6[row] === 1) withIpv6++;
  }
  return withIpv6 > 0 && withIpv6 < known;
}
