import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { openCapture } from "../../capture/live/capture.js";
import { usageError } from "../../errors.js";
import { PacketSender } from "../../linux/packet/packet-send.js";
import { present } from "../../present.js";
import { hardwareAddressAt } from "../../wire/hardware-address.js";
import { ipv4AddressAt, ipv6AddressAt } from "../../wire/inet-address.js";
import { writeIpv4Address } from "../../wire/parse-address.js";
import { discover } from "./engine/discover.js";
import { Exchange } from "./engine/exchange.js";
import { HostTable } from "./engine/host-table.js";
import { interrogate } from "./engine/interrogate.js";
import { Pace } from "./engine/pace.js";
import { Replies } from "./engine/replies.js";
import { replyFilter } from "./engine/reply-filter.js";
import type { RoundTools } from "./engine/rounds.js";
import { Transmitter } from "./engine/transmitter.js";
import { type Probe, probeCatalogue } from "./probe/probe.js";
import { type AddressRange, parseTarget, sizeOf, toBytes } from "./targets/range.js";
import { findScanInterface, ownNetwork, type ScanInterface } from "./targets/scan-interface.js";
import { deviceOf, isLocallyAdministered, readVendors, type VendorRegistry } from "./verdict/device.js";
import type { HostEvidence, LocalDevice, ProbeOutcome } from "./verdict/evidence.js";
import { readLocalDevices } from "./verdict/local-devices.js";
import { type Judgement, judge } from "./verdict/verdict.js";

/** Frames a second, unless told: a trifle for a network, and no switch's storm control minds. */
const RATE = 1000;
/** More addresses than that are probably a slip. */
const MOST_ADDRESSES = 4096;
/** … and more than that no one has on one link. */
const MOST_ADDRESSES_EVER = 1 << 20;
/** Hosts that weren't named but answer for all nodes, and machines that claim another's address. */
const STRANGERS = 1024;
/** Answers are short. */
const SNAP_LENGTH = 256;
const BUFFER_SIZE = 8 * 1024 * 1024;
/** Answers to a whole round may come after it. */
const LATE_MS = 20;

export interface ScanOptions {
  /** Addresses, blocks and ranges; the interface's own network unless told. */
  readonly targets?: readonly string[];
  /** Unless told, the one that a route leads by to the targets. */
  readonly interface?: string;
  /** Frames a second; 1,000 unless told. Infinity is as fast as can be. */
  readonly rate?: number;
  /** Go on although the targets are many. */
  readonly confirmed?: boolean;
  /** Hosts that are told of if they are among the targets and nobody is there: those of a baseline. */
  readonly expected?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface ScanProgress {
  readonly interface: string;
  readonly addresses: number;
  /** Frames that were sent. */
  readonly sent: number;
  /** Answers that came. */
  readonly answers: number;
  /** Answers of machines that weren't named, or claim another's address, for which there was no room: a flood. */
  readonly leftOut: number;
  readonly phase: "discovery" | "probing" | "end";
}

/** What is found out about one host. */
export interface HostReport extends Judgement {
  /** Its IPv4 address, or without one, its IPv6 address. */
  readonly host: string;
  readonly ipv6?: string;
  /** Absent if nobody answered. */
  readonly mac?: string;
  readonly vendor?: string;
  /** The interface that it was scanned by. */
  readonly ifname: string;
  /** Every probe's outcome. */
  readonly probes: readonly ProbeOutcome[];
  /** What the verdict was made of, besides. */
  readonly device: HostEvidence["device"];
  readonly contested: boolean;
  readonly lost: number;
  readonly dns?: HostEvidence["dns"];
  readonly load?: HostEvidence["load"];
  readonly login?: HostEvidence["login"];
}

/**
 * Finds out which hosts of the link receive what a network card's filter discards. It sends ARP requests, echo requests
 * and neighbour solicitations in frames with wrong addresses; it makes no interface promiscuous. Hosts are reported at the
 * end, in the order of the targets: those that answered, and those that were named one by one. It begins at once.
 *
 *     for await (const { host, verdict, confidence } of scan({ interface: "eth0" })) …
 *
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface`, `usage` for targets that can't be scanned from
 *   here, or that are more than 4,096 and not `confirmed`; `kernel` if the interface is down
 */
export function scan(options: ScanOptions = {}): AsyncGenerator<HostReport, void> {
  const { rate = RATE, signal } = options;
  if (!(rate > 0)) throw usageError("scan", `${rate} frames a second are no rate`, "give a number above 0");
  const named = (options.targets ?? []).map(parseTarget);
  const by = findScanInterface(options.interface, named);
  const targets = named.length > 0 ? named : ownNetwork(by);
  const hosts = new HostTable(countAddresses(targets, options.confirmed ?? false) + STRANGERS);
  const isNamed = fillIn(hosts, targets, by);
  const run = new ScanRun(by, hosts, named.length === 0);
  const ended = run.run({ ...options, rate }, signal);
  // Whoever never asks for the hosts isn't to be ended by the error that they would have been told.
  ended.catch(() => {});
  const expected = new Set(options.expected);
  const isTold = (row: number, host: string): boolean => isNamed.has(row) || expected.has(host);
  return reportAtEnd(by.name, run.exchange, isTold, ended, signal);
}

/** A report with what another test found out about the host, and the verdict of all of it. */
export function addEvidence(
  report: HostReport,
  found: Pick<HostEvidence, "dns" | "load" | "login">,
): HostReport {
  const { probes, device, contested, lost, dns, load, login } = { ...report, ...found };
  const optional = { ...(dns && { dns }), ...(load && { load }), ...(login && { login }) };
  return { ...report, ...optional, ...judge({ probes, device, contested, lost, ...optional }) };
}

/** One scan's sockets and state. */
class ScanRun {
  readonly exchange: Exchange;
  readonly #by: ScanInterface;
  readonly #takesStrangers: boolean;

  constructor(by: ScanInterface, hosts: HostTable, takesStrangers: boolean) {
    this.#by = by;
    this.#takesStrangers = takesStrangers;
    this.exchange = new Exchange(catalogueFor(by), hosts);
  }

  /** @returns how many answers were lost */
  async run(
    { rate, onProgress }: ScanOptions & { readonly rate: number },
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { exchange } = this;
    const { hosts } = exchange;
    const { name, index } = this.#by;
    const token = randomBytes(8);
    const own = { mac: this.#by.macBytes, ipv4: new Uint8Array(4) };
    if (this.#by.ipv4 !== undefined) writeIpv4Address(this.#by.ipv4, own.ipv4, 0);
    const replies = new Replies(exchange, own, token, this.#takesStrangers);
    using sender = new PacketSender(index, `scan by ${name}`);
    using capture = openCapture(name, {
      filter: replyFilter,
      promiscuous: false,
      direction: "in",
      immediate: true,
      snapLength: SNAP_LENGTH,
      bufferSize: BUFFER_SIZE,
    });
    let failure: unknown;
    const receiving = capture
      .eachBatch((batch) => {
        const now = performance.now();
        const { packet } = batch;
        while (batch.next()) replies.take(packet.bytes, packet.start, packet.capturedLength, now);
      })
      .catch((error: unknown) => {
        failure = error;
      });
    let phase: ScanProgress["phase"] = "discovery";
    const tell = (sent: number): void => {
      const { count: addresses, leftOut } = hosts;
      onProgress?.({ interface: name, addresses, sent, answers: exchange.answers, leftOut, phase });
    };
    const tools: RoundTools = {
      exchange,
      transmitter: new Transmitter(exchange, sender, this.#by, token, token[0] as number),
      pace: new Pace(rate),
      signal,
      onSent: (sent) => {
        if (failure !== undefined) throw failure;
        if (sent % 64 === 0) tell(sent);
      },
    };
    try {
      await discover(tools, allRows(hosts));
      replies.isDiscovering = false;
      phase = "probing";
      const known = knownRows(hosts);
      await interrogate(tools, known);
      // Another machine may answer for an address when its first one has long been found: then all are asked who claim it.
      if (knownRows(hosts).length > known.length)
        await interrogate(
          tools,
          knownRows(hosts).filter((row) => hosts.isContested[row] === 1),
        );
      await setTimeout(LATE_MS);
      phase = "end";
      tell(tools.transmitter.sent);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    const { dropped } = capture.statistics;
    capture.stop();
    await receiving;
    if (failure !== undefined) throw failure;
    return dropped;
  }
}

/** What can be asked with the addresses that the interface has. */
function catalogueFor({ ipv4, ipv6 }: ScanInterface): Probe[] {
  return probeCatalogue().filter(({ kind }) =>
    kind === "arp" || kind === "icmp" ? ipv4 !== undefined : ipv6 !== undefined,
  );
}

function allRows({ count }: HostTable): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

function knownRows(hosts: HostTable): Int32Array {
  return allRows(hosts).filter((row) => hosts.hasMac[row] === 1);
}

function countAddresses(targets: readonly AddressRange[], isConfirmed: boolean): number {
  const count = targets.reduce((sum, target) => sum + sizeOf(target), 0n);
  if (count > BigInt(MOST_ADDRESSES_EVER))
    throw usageError("scan", `${count} addresses are more than a link has hosts`, "name a smaller block");
  if (count > BigInt(MOST_ADDRESSES) && !isConfirmed)
    throw usageError("scan", `${count} addresses are many`, "if you mean it, say so: --yes");
  return Number(count);
}

/** Gives each target a row, but for the interface's own addresses. @returns which rows were named one by one */
function fillIn(
  hosts: HostTable,
  targets: readonly AddressRange[],
  { networks }: ScanInterface,
): Set<number> {
  const isNamed = new Set<number>();
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

async function* reportAtEnd(
  ifname: string,
  exchange: Exchange,
  isTold: (row: number, host: string) => boolean,
  ended: Promise<number>,
  signal: AbortSignal | undefined,
): AsyncGenerator<HostReport, void> {
  const lost = await ended;
  if (signal?.aborted) return;
  const { hosts } = exchange;
  const macs = Array.from({ length: hosts.count }, (_, row) =>
    hosts.hasMac[row] === 1 ? hardwareAddressAt(hosts.mac, row * 6) : undefined,
  );
  const vendors: VendorRegistry = macs.some((mac) => mac !== undefined && !isLocallyAdministered(mac))
    ? await readVendors()
    : {};
  const local = readLocalDevices();
  for (let row = 0; row < hosts.count; row++) {
    const mac = macs[row];
    if (mac === undefined && !isTold(row, hostName(hosts, row))) continue;
    yield { ...reportHost(exchange, row, mac, lost, vendors, local), ifname };
  }
}

function reportHost(
  exchange: Exchange,
  row: number,
  mac: string | undefined,
  lost: number,
  vendors: VendorRegistry,
  local: ReadonlyMap<string, LocalDevice>,
): Omit<HostReport, "ifname"> {
  const { hosts } = exchange;
  const probes = outcomesOf(exchange, row);
  const facts = mac === undefined ? ({ origin: "vendor" } as const) : deviceOf(mac, vendors);
  const onThisMachine = mac === undefined ? undefined : local.get(mac);
  const device = onThisMachine ? { ...facts, onThisMachine } : facts;
  const contested = hosts.isContested[row] === 1;
  const ipv6 = hosts.hasIpv6[row] === 1 ? ipv6AddressAt(hosts.ipv6, row * 16) : undefined;
  const host = hostName(hosts, row);
  const { vendor } = device;
  return {
    host,
    ...(ipv6 === undefined || ipv6 === host ? {} : { ipv6 }),
    ...present({ mac, vendor }),
    ...judge({ probes, device, contested, lost }),
    probes,
    device,
    contested,
    lost,
  };
}

function hostName(hosts: HostTable, row: number): string {
  return hosts.hasIpv4[row] === 1 ? ipv4AddressAt(hosts.ipv4, row * 4) : ipv6AddressAt(hosts.ipv6, row * 16);
}

function outcomesOf(exchange: Exchange, row: number): ProbeOutcome[] {
  const outcomes: ProbeOutcome[] = [];
  for (const [number, { kind, role, destination }] of exchange.catalogue.entries()) {
    const sent = exchange.sent(number, row);
    const answered = exchange.answered(number, row);
    const another = exchange.another(number, row);
    if (sent === 0) continue;
    const outcome = answered > 0 ? "answered" : another > 0 ? "answered-by-another" : "unanswered";
    outcomes.push({ kind, role, destination: destination ?? "own", sent, answered, outcome });
  }
  return outcomes;
}
