import { dnsDecoy } from "../../detect/decoy/dns/dns-decoy.js";
import type { DnsDecoyQuery } from "../../detect/decoy/dns/event.js";
import { type DnsDecoyOptions, describeDnsDecoy } from "../../detect/decoy/dns/options.js";
import { decoyLogin } from "../../detect/decoy/login/decoy-login.js";
import { type DecoyLoginOptions, describeDecoyLogin } from "../../detect/decoy/login/options.js";
import { loadTest } from "../../detect/load/load-test.js";
import { describeLoad, type LoadOptions } from "../../detect/load/plan.js";
import { addEvidence, type HostReport } from "../../detect/scan/report.js";
import { usageError } from "../../errors.js";
import { printable } from "../format/text.js";
import { numberOption } from "../option/number-option.js";
import { write } from "../output/write.js";
import type { OptionsOf } from "../program.js";

/**
 * The options for tests that send more than a scan does, and are therefore run only if the user requests them and
 * agrees.
 */
type OptInTests = Pick<OptionsOf<"scan">, "dns" | "load" | "decoyLogin" | "wait">;

/** Reports whether any such test is requested. */
export function asksForTests({ dns, load, decoyLogin: login }: OptInTests): boolean {
  return Boolean(dns || load || login);
}

interface Tests {
  readonly dns: DnsDecoyOptions;
  readonly load: LoadOptions;
  readonly login: DecoyLoginOptions;
}

/**
 * Runs the requested tests one after the other on the hosts that were found.
 * @param agreed if false, only says what the tests would send, and sends nothing
 * @returns after each test, the reports with its results
 * @throws PromiscError `usage` if not agreed, and the errors of the tests
 */
export async function* runTests(
  wanted: OptInTests,
  interfaceName: string,
  reports: readonly HostReport[],
  agreed: boolean,
  signal: AbortSignal,
): AsyncGenerator<HostReport[], void> {
  const targets = reports.flatMap(({ host, mac }) => (mac === undefined ? [] : [{ host, mac }]));
  if (targets.length === 0) return;
  const tests: Tests = {
    // Queries to other hosts can be seen only this way. The user is informed of it.
    dns: { interface: interfaceName, targets, promiscuous: true, signal },
    load: { interface: interfaceName, targets, signal },
    login: { interface: interfaceName, signal, ...waitOf(wanted.wait) },
  };
  const plans = [
    ...(wanted.dns ? [describeDnsDecoy(tests.dns)] : []),
    ...(wanted.load ? [describeLoad(tests.load)] : []),
    ...(wanted.decoyLogin ? [describeDecoyLogin(tests.login)] : []),
  ];
  if (!agreed)
    throw usageError(
      "run the tests",
      `they need your agreement. ${plans.join(" ")}`,
      "if you agree, and are allowed to do this on this network, add --yes",
    );
  for (const plan of plans) write(2, `${printable(plan)}\n`);
  const steps = [
    ...(wanted.dns ? [(found: HostReport[]) => testDns(tests.dns, found)] : []),
    ...(wanted.load ? [(found: HostReport[]) => testLoad(tests.load, found)] : []),
    ...(wanted.decoyLogin ? [(found: HostReport[]) => testLogin(tests.login, found)] : []),
  ];
  let found = [...reports];
  for (const step of steps) {
    if (signal.aborted) return;
    found = await step(found);
    yield found;
  }
}

/** One hour. */
const LONGEST_WAIT = 3600;

/**
 * Checks the number of seconds to wait, before anything is sent.
 * @throws PromiscError `usage` if it isn't a valid number
 */
export function checkWait({ wait }: OptInTests): void {
  waitOf(wait);
}

function waitOf(text: string | undefined): { wait?: number } {
  if (text === undefined) return {};
  return { wait: 1000 * numberOption("scan", "--wait", text, { least: 0, most: LONGEST_WAIT, parts: true }) };
}

async function testDns(options: DnsDecoyOptions, reports: readonly HostReport[]): Promise<HostReport[]> {
  for await (const event of dnsDecoy(options)) {
    if (event.event === "start") write(2, `DNS decoy by ${printable(event.ifname)}: ${event.sees}\n`);
    else if (event.event === "query") write(2, `${describeQuery(event)}\n`);
    else if (event.event === "end")
      return reports.map((report) => {
        const result = event.results.find(({ host, mac }) => host === report.host && mac === report.mac);
        return result ? addEvidence(report, { dns: result }) : report;
      });
  }
  return [...reports];
}

function describeQuery({ asker, address, mac, decoy, resolver }: DnsDecoyQuery): string {
  return printable(`${address} (${mac}, ${asker}) asked ${resolver} for the name of decoy ${decoy}`);
}

async function testLoad(options: LoadOptions, reports: readonly HostReport[]): Promise<HostReport[]> {
  for await (const event of loadTest(options)) {
    if (event.event !== "end") continue;
    return reports.map((report) => {
      const result = event.targets.find(({ host, mac }) => host === report.host && mac === report.mac);
      return result ? addEvidence(report, { load: result }) : report;
    });
  }
  return [...reports];
}

async function testLogin(options: DecoyLoginOptions, reports: readonly HostReport[]): Promise<HostReport[]> {
  for await (const event of decoyLogin(options)) {
    if (event.event === "start")
      write(2, `decoy login: ${event.protocol} at ${event.address} port ${event.port}, user ${event.user}\n`);
    else if (event.event === "attempt") {
      const what = event.finding ? "used the decoy login" : "tried a login of its own";
      write(
        2,
        printable(`${event.time} ${event.address} (${event.mac ?? "not on this link"}) ${what}`).concat("\n"),
      );
    } else if (event.event === "end") {
      write(2, `${printable(event.words)}\n`);
      return reports.map((report) => {
        const use = event.uses.find(
          ({ address, mac, self }) => !self && address === report.host && mac === report.mac,
        );
        return use ? addEvidence(report, { login: { times: use.times } }) : report;
      });
    }
  }
  return [...reports];
}
