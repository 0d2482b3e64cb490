import { inRounds, type RoundTools, runRound } from "./rounds.js";

/** How long answers are waited for, try by try, in milliseconds: nobody knows yet how fast this network is. */
const PATIENCE_MS = [100, 200, 400] as const;

/**
 * Finds the hosts: asks every address that hasn't answered, up to three times. Who doesn't answer to ARP may do so to an
 * echo request in a broadcast frame, and who is there in IPv6 to one for all nodes.
 */
export async function discover(tools: RoundTools, rows: Int32Array): Promise<void> {
  const { exchange } = tools;
  const [everyKind = []] = inRounds(exchange.catalogue, ({ role }) => role === "discovery");
  const withoutEcho = everyKind.filter((probe) => exchange.catalogue[probe]?.kind !== "icmp");
  for (const [at, patience] of PATIENCE_MS.entries()) {
    const isLast = at === PATIENCE_MS.length - 1;
    const probes = isLast ? everyKind : withoutEcho;
    await runRound(tools, probes, rows, at + 1, () => true, patience);
    if (at > 0 && rows.every((row) => exchange.hosts.hasMac[row] === 1)) return;
  }
}
