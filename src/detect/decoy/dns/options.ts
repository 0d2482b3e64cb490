import { isIP } from "node:net";
import { usageError } from "../../../errors.js";
import { spoken } from "../../../promiscuity/interface-name.js";
import { isMac } from "../../../wire/parse-address.js";
import { type Bounds, spokenTime, within } from "../bounds.js";
import { INVENTED_IPV4, INVENTED_IPV6 } from "../invented-address.js";

const ROUNDS: Bounds = { least: 1, most: 10, usual: 2, unit: "rounds" };
/** glibc's resolver asks again after 5 s, so that a lost query has a second chance only with a longer wait. */
const WAIT: Bounds = { least: 100, most: 60_000, usual: 3000, unit: "ms of waiting" };
const RATE: Bounds = { least: 1, most: 100, usual: 20, unit: "frames a second" };
const MOST_TARGETS = 1024;
/** Each of at most 78 bytes: less than 320 kB on the wire. Twice as many addresses must be there to be invented. */
const MOST_FRAMES = 4096;
/** However slow the rate, a run takes no longer. */
const MOST_SECONDS = 600;

/** A neighbour that may be a sniffer. One with several addresses may be there several times. */
export interface DnsDecoyTarget {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  /** Ethernet address: `02:fc:00:00:00:01`. */
  readonly mac: string;
}

export interface DnsDecoyOptions {
  readonly interface: string;
  readonly targets: readonly DnsDecoyTarget[];
  /** How many time slots each target gets; 2 unless told. */
  readonly rounds?: number;
  /** Milliseconds for which queries are waited for after the last frame; 3000 unless told. */
  readonly wait?: number;
  /** Frames a second; 20 unless told. */
  readonly rate?: number;
  /**
   * Hold the interface promiscuous meanwhile, so that queries to other hosts are seen where they reach its card at all:
   * on a hub, a mirror port, a radio. Without it only queries that come to this host are seen, as its resolver or as the
   * server of the reverse zones.
   */
  readonly promiscuous?: boolean;
  /** Addresses that ask for others: name servers. Unless told, those of this machine's own resolver. */
  readonly resolvers?: readonly string[];
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

/** The options, checked, with what follows from them. */
export interface DnsDecoyPlan {
  readonly operation: string;
  readonly rounds: number;
  /** Milliseconds between two frames, and after the last. */
  readonly interval: number;
  readonly wait: number;
}

/** @throws PromiscError `usage` */
export function planDnsDecoy(options: DnsDecoyOptions): DnsDecoyPlan {
  const { targets } = options;
  const operation = `send DNS decoys by ${spoken(options.interface)}`;
  if (targets.length === 0 || targets.length > MOST_TARGETS)
    throw usageError(operation, `${targets.length} targets`, `give 1 to ${MOST_TARGETS}`);
  for (const { host, mac } of targets)
    if (isIP(host) === 0 || !isMac(mac))
      throw usageError(
        operation,
        `${JSON.stringify(host)} at ${JSON.stringify(mac)}`,
        "give IP and MAC addresses",
      );
  const plan: DnsDecoyPlan = {
    operation,
    rounds: within(ROUNDS, options.rounds, operation),
    interval: 1000 / within(RATE, options.rate, operation),
    wait: within(WAIT, options.wait, operation),
  };
  const frames = mostFrames(options, plan);
  if (frames > MOST_FRAMES)
    throw usageError(operation, `up to ${frames} frames`, `at most ${MOST_FRAMES}: fewer targets or rounds`);
  if (longest(options, plan) > MOST_SECONDS * 1000)
    throw usageError(
      operation,
      `it would take up to ${spokenTime(longest(options, plan))}`,
      `at most ${MOST_SECONDS}: fewer targets or rounds, or a higher rate`,
    );
  return plan;
}

/** One frame a target and round of each family. */
function mostFrames({ targets }: DnsDecoyOptions, { rounds }: DnsDecoyPlan): number {
  return targets.length * rounds * 2;
}

function longest(options: DnsDecoyOptions, plan: DnsDecoyPlan): number {
  return mostFrames(options, plan) * plan.interval + plan.wait;
}

/**
 * What {@link dnsDecoy} would do, in a sentence or two, for whoever is to agree to it.
 * @throws PromiscError `usage`
 */
export function describeDnsDecoy(options: DnsDecoyOptions): string {
  const plan = planDnsDecoy(options);
  const name = spoken(options.interface);
  const frames = mostFrames(options, plan);
  return (
    `Sends at most ${frames} frames of 60 to 78 bytes by ${name} to an Ethernet address that nobody has, so that they reach ` +
    `every port of the LAN: TCP SYNs between invented addresses of ${INVENTED_IPV4} and, if ${name} has IPv6, ${INVENTED_IPV6}, ` +
    `${1000 / plan.interval} a second. Listens for DNS queries about these addresses, ` +
    `${options.promiscuous ? `with ${name} promiscuous` : "only such as come to this host"}, ` +
    `for at most ${spokenTime(longest(options, plan))}.`
  );
}
