import { checkOptions, type OptionKinds } from "../../check-options.js";
import { usageError } from "../../errors.js";
import { Exchange } from "./engine/exchange.js";
import { HostTable, type Row } from "./engine/host-table.js";
import { isIpv4, type Probe, probeCatalogue } from "./probe/probe.js";
import { type HostReport, reportHosts } from "./report.js";
import { runScan, type ScanProgress } from "./scan-run.js";
import { type AddressRange, parseTarget, sizeOf, toBytes } from "./targets/range.js";
import { findScanInterface, ownNetwork, type ScanInterface } from "./targets/scan-interface.js";

/**
 * Frames per second by default. Networks hardly notice this rate, and it doesn't trigger the storm control of switches.
 */
const RATE = 1000;
/** More addresses than this are probably a mistake. */
const MOST_ADDRESSES = 4096;
/** Nobody has more addresses than this on one link. */
const MOST_ADDRESSES_EVER = 1 << 20;
/** The most hosts that weren't named but answer for all nodes, and machines that claim another's address. */
const STRANGERS = 1024;
export interface ScanOptions {
  /** Addresses, blocks and ranges. Defaults to the interface's own network. */
  readonly targets?: readonly string[];
  /** Defaults to the interface of the route to the targets. */
  readonly interface?: string;
  /** Frames per second. Defaults to 1,000. Infinity means as fast as possible. */
  readonly rate?: number;
  /** Whether to proceed if there are many targets. */
  readonly confirmed?: boolean;
  /**
   * Hosts, such as those of a baseline, that are reported as unreachable if they are among the targets and nobody
   * answers.
   */
  readonly expected?: readonly string[];
  readonly signal?: AbortSignal;
  /**
   * Whether to report what is known if the signal ends the scan. Hosts that weren't asked everything until then have the
   * verdict `undecided`. Defaults to false: a scan that is ended reports nothing.
   */
  readonly partial?: boolean;
  readonly onProgress?: (progress: ScanProgress) => void;
}

const scanOptions: OptionKinds<ScanOptions> = {
  targets: "strings?",
  interface: "string?",
  rate: "number?",
  confirmed: "boolean?",
  expected: "strings?",
  signal: "signal?",
  partial: "boolean?",
  onProgress: "function?",
};

/**
 * Finds out which hosts of the link receive frames that a network card's filter discards. It sends ARP requests, echo
 * requests and neighbour solicitations in frames with wrong destination addresses, and makes no interface promiscuous.
 * Hosts are reported at the end, in the order of the targets: those that answered, and those that were named individually.
 * The scan begins when the first report is asked for.
 *
 *     for await (const { host, verdict, confidence } of scan({ interface: "eth0" })) …
 *
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface` if there is no such interface, `usage` for targets
 *   that can't be scanned from here, or for more than 4,096 targets without `confirmed`; `kernel` if the interface is down
 */
export async function* scan(options: ScanOptions = {}): AsyncGenerator<HostReport, void> {
  checkOptions("scan", options, scanOptions);
  const { rate = RATE, signal, partial = false } = options;
  if (!(rate > 0))
    throw usageError("scan", `${rate} frames per second isn't a rate`, "give a number above 0");
  const named = (options.targets ?? []).map(parseTarget);
  refuseImpossible(named);
  const by = findScanInterface(options.interface, named);
  const targets = named.length > 0 ? named : ownNetwork(by);
  const hosts = new HostTable(countAddresses(targets, options.confirmed ?? false) + STRANGERS);
  const isNamed = fillIn(hosts, targets, by);
  const exchange = new Exchange(catalogueFor(by), hosts);
  const { lost, isDecided } = await runScan(by, exchange, {
    rate,
    takesStrangers: named.length === 0,
    signal,
    onProgress: options.onProgress,
  });
  if (signal?.aborted && !partial) return;
  const expected = new Set(options.expected);
  const isWanted = (row: Row, host: string): boolean => isNamed.has(row) || expected.has(host);
  yield* reportHosts(exchange, { ifname: by.name, lost, isDecided }, isWanted);
}

/** Returns the probes that are possible with the interface's addresses. */
function catalogueFor({ ipv4, ipv6 }: ScanInterface): Probe[] {
  return probeCatalogue().filter((probe) => (isIpv4(probe) ? ipv4 : ipv6) !== undefined);
}

/** Refuses more targets than a link can have. Which interface leads to them doesn't matter then. */
function refuseImpossible(targets: readonly AddressRange[]): bigint {
  const count = targets.reduce((sum, target) => sum + sizeOf(target), 0n);
  if (count > BigInt(MOST_ADDRESSES_EVER))
    throw usageError(
      targets.length === 1 ? `scan ${targets[0]?.text}` : "scan",
      `${count} addresses are more than a link can have`,
      "name the network of a link, such as 192.0.2.0/24; without targets, promisc scans the interface's own network",
    );
  return count;
}

function countAddresses(targets: readonly AddressRange[], isConfirmed: boolean): number {
  const count = refuseImpossible(targets);
  if (count > BigInt(MOST_ADDRESSES) && !isConfirmed)
    throw usageError(
      "scan",
      `${count} addresses may be a mistake`,
      "if you want to scan all of them, add --yes",
    );
  return Number(count);
}

/**
 * Adds a row for each target, except for the interface's own addresses.
 * @returns the rows that were named individually
 */
function fillIn(hosts: HostTable, targets: readonly AddressRange[], { networks }: ScanInterface): Set<Row> {
  const isNamed = new Set<Row>();
  const seen = new Set(networks.map(({ family, address }) => `${family} ${address}`));
  for (const target of targets)
    for (let address = target.first; address <= target.last; address++) {
      const key = `${target.family} ${address}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const row = hosts.add();
      if (target.family === 4) hosts.setIpv4(row, toBytes(address, 4), 0);
      else hosts.setIpv6(row, toBytes(address, 16), 0);
      if (target.isNamed) isNamed.add(row);
    }
  return isNamed;
}
