import { setTimeout } from "node:timers/promises";
import { isShared } from "../probe/probe.js";
import type { HostTable } from "./host-table.js";
import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** How long answers are waited for, try by try, in milliseconds: nobody knows yet how fast this network is. */
const PATIENCE_MS = [100, 200, 700] as const;
/** Nodes are asked so many times at once, and given so long: */
const NODE_TRIES = 2;
/** … so many times, if some have IPv6 and a host that was found seems to have none. */
const NODE_TRIES_IN_DOUBT = 4;
const NODE_PATIENCE_MS = 100;

/**
 * Finds the hosts: asks every address that hasn't answered, up to three times. Who doesn't answer to ARP may do so to an
 * echo request in a broadcast frame. Then all IPv6 nodes are asked who they are: by their hardware addresses they are
 * known already, or new.
 */
export async function discover(tools: RoundTools, rows: Int32Array): Promise<void> {
  const { catalogue, hosts } = tools.exchange;
  const [single = []] = inRounds(catalogue, (probe) => probe.role === "discovery" && !isShared(probe));
  const [shared = []] = inRounds(catalogue, (probe) => probe.role === "discovery" && isShared(probe));
  const withoutEcho = single.filter((probe) => catalogue[probe]?.kind !== "icmp");
  for (const [at, patience] of PATIENCE_MS.entries()) {
    if (rows.every((row) => hosts.hasMac[row] === 1)) break;
    const isLast = at === PATIENCE_MS.length - 1;
    await runRound(tools, isLast ? single : withoutEcho, rows, at + 1, () => true, patience);
  }
  if (shared.length === 0) return;
  for (let pass = 1; pass <= NODE_TRIES || (pass <= NODE_TRIES_IN_DOUBT && isPartlyIpv6(hosts)); pass++) {
    await runRound(tools, shared, rows, pass, () => true);
    // How many there are isn't known, so it can't be seen when all have answered.
    await setTimeout(NODE_PATIENCE_MS, undefined, tools.signal ? { signal: tools.signal } : {});
  }
}

function isPartlyIpv6({ count, hasMac, hasIpv6 }: HostTable): boolean {
  let known = 0;
  let withIpv6 = 0;
  for (let row = 0; row < count; row++) {
    if (hasMac[row] === 0) continue;
    known++;
    if (hasIpv6[row] === 1) withIpv6++;
  }
  return withIpv6 > 0 && withIpv6 < known;
}
