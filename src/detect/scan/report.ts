import { present } from "../../present.js";
import { hardwareAddressAt } from "../../wire/hardware-address.js";
import { ipv4AddressAt, ipv6AddressAt } from "../../wire/inet-address.js";
import type { Exchange } from "./engine/exchange.js";
import type { HostTable, Row } from "./engine/host-table.js";
import { deviceOf, isLocallyAdministered, readVendors, type VendorRegistry } from "./verdict/device.js";
import type { HostEvidence, LocalDevice, ProbeOutcome } from "./verdict/evidence.js";
import { readLocalDevices } from "./verdict/local-devices.js";
import { type Judgement, judge, judgeEarly } from "./verdict/verdict.js";

/** The result for one host. */
export interface HostReport extends Judgement {
  /** The host's IPv4 address, or its IPv6 address if it has no IPv4 address. */
  readonly host: string;
  readonly ipv6?: string;
  /** Absent if nobody answered. */
  readonly mac?: string;
  readonly vendor?: string;
  /** The interface that the scan used. */
  readonly ifname: string;
  /** The outcome of every probe. */
  readonly probes: readonly ProbeOutcome[];
  /** The other evidence that the verdict is based on. */
  readonly device: HostEvidence["device"];
  readonly contested: boolean;
  readonly lost: number;
  readonly dns?: HostEvidence["dns"];
  readonly load?: HostEvidence["load"];
  readonly login?: HostEvidence["login"];
}

/** Adds the result of another test to a report, and judges the host again by all evidence. */
export function addEvidence(
  report: HostReport,
  found: Pick<HostEvidence, "dns" | "load" | "login">,
): HostReport {
  const { probes, device, contested, lost, dns, load, login } = { ...report, ...found };
  const optional = present({ dns, load, login });
  return { ...report, ...optional, ...judge({ probes, device, contested, lost, ...optional }) };
}

/** Facts that are the same for all reports of a scan. */
export interface ScanFacts {
  readonly ifname: string;
  /** The number of answers that the scanner lost. */
  readonly lost: number;
  /** Reports whether a host was asked everything. */
  readonly isDecided: (row: Row) => boolean;
}

/**
 * Yields the reports of a scan in the order of the rows: the hosts that answered, and those that are wanted anyway.
 * @param isWanted whether to report a host if nobody answered
 */
export async function* reportHosts(
  exchange: Exchange,
  { ifname, lost, isDecided }: ScanFacts,
  isWanted: (row: Row, host: string) => boolean,
): AsyncGenerator<HostReport, void> {
  const { hosts } = exchange;
  const macs = hosts.rows().map((row) => macOf(hosts, row));
  const vendors: VendorRegistry = macs.some((mac) => mac !== undefined && !isLocallyAdministered(mac))
    ? await readVendors()
    : {};
  const local = readLocalDevices();
  for (const row of hosts.rows()) {
    const mac = macs[row];
    if (mac === undefined && !isWanted(row, hostName(hosts, row))) continue;
    const report = { ...reportHost(exchange, row, mac, lost, vendors, local), ifname };
    yield isDecided(row) ? report : { ...report, ...judgeEarly(report.probes) };
  }
}

function reportHost(
  exchange: Exchange,
  row: Row,
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
    ...present({ ipv6: ipv6 === host ? undefined : ipv6, mac, vendor }),
    ...judge({ probes, device, contested, lost }),
    probes,
    device,
    contested,
    lost,
  };
}

function macOf(hosts: HostTable, row: Row): string | undefined {
  return hosts.hasMac[row] === 1 ? hardwareAddressAt(hosts.mac, row * 6) : undefined;
}

function hostName(hosts: HostTable, row: Row): string {
  return hosts.hasIpv4[row] === 1 ? ipv4AddressAt(hosts.ipv4, row * 4) : ipv6AddressAt(hosts.ipv6, row * 16);
}

function outcomesOf(exchange: Exchange, row: Row): ProbeOutcome[] {
  const outcomes: ProbeOutcome[] = [];
  for (const number of exchange.probes) {
    const { kind, role, destination } = exchange.probe(number);
    const sent = exchange.sent(number, row);
    const answered = exchange.answered(number, row);
    const another = exchange.another(number, row);
    if (sent === 0) continue;
    const outcome = answered > 0 ? "answered" : another > 0 ? "answered-by-another" : "unanswered";
    outcomes.push({ kind, role, destination: destination ?? "own", sent, answered, outcome });
  }
  return outcomes;
}
