import { PromiscError } from "../../errors.js";
import type { Verdict } from "../result/verdict.js";
import type { HostReport } from "../scan.js";

/** What is kept of a host from one scan to the next. */
export interface BaselineHost {
  readonly host: string;
  readonly mac: string;
  readonly verdict: Verdict;
  readonly confidence: number;
  readonly evidence: readonly string[];
  /** `kind destination`, of each probe that was answered. */
  readonly answered: readonly string[];
  /** When it was last scanned and there, ISO 8601. */
  readonly time: string;
  /** When it was last found filtering, if ever. */
  readonly filtering?: string;
}

export interface Baseline {
  readonly schema: 1;
  readonly hosts: readonly BaselineHost[];
}

export const emptyBaseline: Baseline = { schema: 1, hosts: [] };

const verdicts: readonly Verdict[] = ["filtering", "open", "partial", "unfiltered-device", "unreachable"];

/**
 * Reads a baseline as {@link updateBaseline} makes it and JSON.stringify writes it.
 * @throws PromiscError `malformed` for anything else
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
  if (schema !== 1) throw wrong(`its schema is ${JSON.stringify(schema)}, and this version knows 1`);
  if (!Array.isArray(hosts)) throw wrong("it has no list of hosts");
  for (const [at, host] of hosts.entries()) if (!isHost(host)) throw wrong(`host ${at + 1} lacks something`);
  return { schema, hosts };
}

function isHost(value: unknown): value is BaselineHost {
  const { host, mac, verdict, confidence, evidence, answered, time } = (value ?? {}) as Partial<BaselineHost>;
  return (
    [host, mac, time].every((each) => typeof each === "string") &&
    verdicts.includes(verdict as Verdict) &&
    typeof confidence === "number" &&
    [evidence, answered].every(
      (each) => Array.isArray(each) && each.every((word) => typeof word === "string"),
    )
  );
}

/** The baseline with what a scan found; hosts that it didn't find keep what is known of them. */
export function updateBaseline(baseline: Baseline, reports: readonly HostReport[], now: Date): Baseline {
  const hosts = new Map(baseline.hosts.map((each) => [each.host, each]));
  for (const report of reports) {
    const { host, mac, verdict, confidence, evidence } = report;
    if (mac === undefined || verdict === "unreachable") continue;
    const time = now.toISOString();
    const before = hosts.get(host);
    // Of another machine that has the address now, the old one's history says nothing.
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
      ...(filtering === undefined ? {} : { filtering }),
    });
  }
  return { schema: 1, hosts: [...hosts.values()] };
}
