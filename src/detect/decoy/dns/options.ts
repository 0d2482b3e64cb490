import { isIP } from "node:net";
import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { usageError } from "../../../errors.js";
import { spoken } from "../../../promiscuity/interface-name.js";
import { isMac } from "../../../wire/parse-address.js";
import { type Bounds, spokenTime, within } from "../bounds.js";
import { INVENTED_IPV4, INVENTED_IPV6 } from "../invented-address.js";

const ROUNDS: Bounds = { least: 1, most: 10, usual: 2, unit: "rounds" };
/** glibc's resolver repeats a query after 5 s, so only a longer wait gives a lost query a second chance. */
const WAIT: Bounds = { least: 100, most: 60_000, usual: 3000, unit: "ms of waiting" };
const RATE: Bounds = { least: 1, most: 100, usual: 20, unit: "frames per second" };
const MOST_TARGETS = 1024;
/** At most 78 bytes each, less than 320 kB on the wire. Twice as many addresses must be available for invention. */
const MOST_FRAMES = 4096;
/** A run takes at most this long, however slow the rate is. */
const MOST_SECONDS = 600;

/** A neighbour that may be a sniffer. A neighbour with several addresses may be listed once for each. */
export interface DnsDecoyTarget {
  /** IPv4 or IPv6 address. */
  readonly host: string;
  /** Ethernet address: `02:fc:00:00:00:01`. */
  readonly mac: string;
}

export interface DnsDecoyOptions {
  readonly interface: string;
  readonly targets: readonly DnsDecoyTarget[];
  /** How many time slots each target gets. Defaults to 2. */
  readonly rounds?: number;
  /** How long to wait for queries after the last frame, in milliseconds. Defaults to 3000. */
  readonly wait?: number;
  /** Frames per second. Defaults to 20. */
  readonly rate?: number;
  /**
   * Whether to hold the interface promiscuous during the test, so that queries to other hosts are seen where they reach
   * the card at all: on a hub, a mirror port, or a radio network. Otherwise only queries to this host are seen, as its
   * resolver or as the server of the reverse zones.
   */
  readonly promiscuous?: boolean;
  /** Addresses of name servers, which ask on behalf of others. Defaults to those of this machine's own resolver. */
  readonly resolvers?: readonly string[];
  /** Ends the test at once. */
  readonly signal?: AbortSignal;
}

export const dnsDecoyOptions: OptionKinds<DnsDecoyOptions> = {
  interface: "string",
  targets: "list",
  rounds: "number?",
  wait: "number?",
  rate: "number?",
  promiscuous: "boolean?",
  resolvers: "strings?",
  signal: "signal?",
};

/** The checked options and the values derived from them. */
export interface DnsDecoyPlan {
  readonly operation: string;
  readonly rounds: number;
  /** Milliseconds between two frames, and after the last frame. */
  readonly interval: number;
  readonly wait: number;
}

/**
 * Checks the options.
 * @throws PromiscError `usage` if an option is out of bounds
 */
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

/** Returns the most frames that can be sent: one for each target, round and version of IP. */
function mostFrames({ targets }: DnsDecoyOptions, { rounds }: DnsDecoyPlan): number {
  return targets.length * rounds * 2;
}

function longest(options: DnsDecoyOptions, plan: DnsDecoyPlan): number {
  return mostFrames(options, plan) * plan.interval + plan.wait;
}

/**
 * Describes what {@link dnsDecoy} would do, in a sentence or two, for the person who is asked to agree to it.
 * @throws PromiscError `usage` if an option is out of bounds
 */
export function describeDnsDecoy(options: DnsDecoyOptions): string {
  checkOptions("describeDnsDecoy", options, dnsDecoyOptions);
  const plan = planDnsDecoy(options);
  const name = spoken(options.interface);
  const frames = mostFrames(options, plan);
  return (
    `Sends at most ${frames} frames of 60 to 78 bytes through ${name} to an Ethernet address that nobody has, so that they reach ` +
    `every port of the LAN: TCP SYNs between invented addresses of ${INVENTED_IPV4} and, if ${name} has IPv6, ${INVENTED_IPV6}, ` +
    `${1000 / plan.interval} per second. Listens for DNS queries about these addresses, ` +
    `${options.promiscuous ? `with ${name} promiscuous` : "only those that reach this host"}, ` +
    `for at most ${spokenTime(longest(options, plan))}.`
  );
}
