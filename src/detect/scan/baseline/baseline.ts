import { isIP } from "node:net";
import { PromiscError } from "../../../errors.js";
import { present } from "../../../present.js";
import { isMac } from "../../../wire/parse-address.js";
import type { HostReport } from "../report.js";
import type { Verdict } from "../verdict/verdict.js";

/** What is stored about a host from one scan to the next. */
export interface BaselineHost {
  readonly host: string;
  readonly mac: string;
  readonly verdict: Verdict;
  readonly confidence: number;
  readonly evidence: readonly string[];
  /** `kind destination` of each probe that was answered. */
  readonly answered: readonly string[];
  /** When a scan last found the host, ISO 8601. */
  readonly time: string;
  /** How many scans found the host. If absent, it counts as 1. */
  readonly scans?: number;
  /** When the host was last found filtering, if ever. */
  readonly filtering?: string;
}

export interface Baseline {
  readonly schema: 1;
  readonly hosts: readonly BaselineHost[];
}

export const emptyBaseline: Baseline = { schema: 1, hosts: [] };

/** The most bytes that a baseline's text may have. A million hosts take fewer. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** Hosts that a scan didn't find are remembered, but at most this many, */
const MOST_ABSENT = 8192;
/** and only if they were found in the last 90 days. */
const ABSENT_MS = 90 * 24 * 60 * 60 * 1000;

const verdicts: readonly Verdict[] = ["filtering", "open", "partial", "unfiltered-device", "unreachable"];

interface Check {
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === "string";
const aTime: Check = {
  must: "be a time such as 2027-06-30T18:00:00.000Z",
  holds: (value) => isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)),
};
const texts: Check = {
  must: "be a list of texts",
  holds: (value) => Array.isArray(value) && value.every(isText),
};

/** The check for each key of a host. */
const keys: Readonly<Record<keyof BaselineHost, Check>> = {
  host: { must: "be an IP address", holds: (value) => isText(value) && isIP(value) !== 0 },
  mac: {
    must: "be an Ethernet address",
    holds: (value) => isText(value) && isMac(value) && value === value.toLowerCase(),
  },
  verdict: {
    must: `be one of ${verdicts.join(", ")}`,
    holds: (value) => verdicts.includes(value as Verdict),
  },
  confidence: {
    must: "be a number from 0 to 1",
    holds: (value) => typeof value === "number" && value >= 0 && value <= 1,
  },
  evidence: texts,
  answered: texts,
  time: aTime,
  scans: {
    must: "be a whole number above 0",
    holds: (value) => value === undefined || (Number.isSafeInteger(value) && (value as number) > 0),
  },
  filtering: { must: aTime.must, holds: (value) => value === undefined || aTime.holds(value) },
};

/**
 * Reads a baseline as created by {@link updateBaseline} and written by JSON.stringify.
 * @throws PromiscError `malformed` for anything else, with the place of the error
 */
export function parseBaseline(text: string, path: string): Baseline {
  const wrong = (reason: string): PromiscError =>
    new PromiscError({
      code: "malformed",
      operation: `read baseline ${path}`,
      reason,
      hint: "move it away, and the next scan begins a new one",
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const { schema, hosts } = (value ?? {}) as Partial<Baseline>;
  if (schema !== 1)
    throw wrong(`its schema is ${String(JSON.stringify(schema)).slice(0, 60)}, and this version knows 1`);
  if (!Array.isArray(hosts)) throw wrong("it has no list of hosts");
  for (const [at, host] of hosts.entries()) {
    const fault = faultOf(host);
    if (fault !== undefined) throw wrong(`hosts[${at}]${fault}`);
  }
  return { schema, hosts };
}

function faultOf(host: unknown): string | undefined {
  if (typeof host !== "object" || host === null) return ` must be an object, and is ${shown(host)}`;
  for (const [key, { must, holds }] of Object.entries(keys)) {
    const value = (host as Record<string, unknown>)[key];
    if (!holds(value)) return `.${key} must ${must}, and is ${shown(value)}`;
  }
  return undefined;
}

/** Shows the beginning of a value, which is enough to find it. */
function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 60);
}

/**
 * Returns the baseline updated with the results of a scan. Hosts that the scan didn't find are kept for 90 days. If
 * there are too many of them, those found by the fewest scans are dropped first, so that somebody who answers under
 * ever new names can neither fill the baseline nor displace hosts that are often present.
 */
export function updateBaseline(baseline: Baseline, reports: readonly HostReport[], now: Date): Baseline {
  const known = new Map(baseline.hosts.map((each) => [each.host, each]));
  const hosts = new Map<string, BaselineHost>();
  for (const report of reports) {
    const { host, mac, verdict, confidence, evidence } = report;
    if (mac === undefined || verdict === "unreachable") continue;
    const time = now.toISOString();
    const before = known.get(host);
    known.delete(host);
    // If another machine has the address now, the history of the old one doesn't apply.
    const filtering = verdict === "filtering" ? time : before?.mac === mac ? before.filtering : undefined;
    hosts.set(host, {
      host,
      mac,
      verdict,
      confidence,
      evidence,
      answered: report.probes
        .filter(({ answered }) => answered > 0)
        .map(({ kind, destination }) => `${kind} ${destination}`),
      time,
      scans: (before?.scans ?? 1) + (before ? 1 : 0),
      ...present({ filtering }),
    });
  }
  return { schema: 1, hosts: [...hosts.values(), ...worthKeeping([...known.values()], now)] };
}

function worthKeeping(absent: readonly BaselineHost[], now: Date): BaselineHost[] {
  return absent
    .filter(({ time }) => now.getTime() - Date.parse(time) <= ABSENT_MS)
    .sort((a, b) => (b.scans ?? 1) - (a.scans ?? 1) || Date.parse(b.time) - Date.parse(a.time))
    .slice(0, MOST_ABSENT);
}
