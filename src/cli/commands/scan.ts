import { counted } from "../../counted.js";
import { updateBaseline } from "../../detect/scan/baseline/baseline.js";
import { readBaseline, writeBaseline } from "../../detect/scan/baseline/baseline-file.js";
import { type ComparedReport, compareWithBaseline } from "../../detect/scan/baseline/compare.js";
import type { HostReport } from "../../detect/scan/report.js";
import { type ScanOptions, scan } from "../../detect/scan/scan.js";
import type { ScanProgress } from "../../detect/scan/scan-run.js";
import { publishedVerdicts } from "../../detect/scan/verdict/published.js";
import { present } from "../../present.js";
import { numberOption } from "../option/number-option.js";
import { exitStatus } from "../output/report-error.js";
import { hasColour, terminalWidth, write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { formatHosts, formatVerdictCounts } from "../scan/host-table.js";
import { asksForTests, checkWait, runTests } from "../scan/opt-in-tests.js";
import { ProgressLine } from "../scan/progress.js";
import { readTargetList } from "../scan/target-list.js";
import { checkWatchOptions, watchClaims } from "../scan/watch-claims.js";
import { untilAskedToEnd } from "../signals.js";

type ScanWords = OptionsOf<"scan">;

/** Frames per second: about one in a quarter of an hour. */
const LEAST_RATE = 0.001;

/** 128 plus the number of SIGINT, as in shells. */
const INTERRUPTED = 130;

/** Prints the verdict on each host, and sets the exit status to 1 if the multicast filter of one is open. */
export async function scanHosts(words: readonly string[], options: ScanWords): Promise<void> {
  checkWatchOptions(words, options);
  checkWait(options);
  const signal = untilAskedToEnd();
  if (options.watch) {
    await watchClaims(options, signal);
    return;
  }
  const targets = [...words, ...(options.targets === undefined ? [] : readTargetList(options.targets))];
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  let found = await run(targets, options, baseline?.hosts.map(({ host }) => host) ?? [], signal);
  const [{ ifname = "" } = {}] = found;
  let failure: unknown;
  if (asksForTests(options) && !signal.aborted)
    try {
      for await (const more of runTests(options, ifname, found, options.yes ?? false, signal)) found = more;
    } catch (error) {
      // What was found until then is reported anyway.
      failure = error;
    }
  if (signal.aborted) {
    process.exitCode = INTERRUPTED;
    print(found, options);
    write(2, "stopped: this is what was known by then\n");
    return;
  }
  const reports = baseline ? compareWithBaseline(baseline, found) : found;
  // Set the status and write the file before printing, because the reader of the output may go away.
  if (reports.some(({ verdict }) => verdict === "open")) process.exitCode = exitStatus.finding;
  if (baseline && options.baseline !== undefined)
    try {
      writeBaseline(options.baseline, updateBaseline(baseline, reports, new Date()));
    } catch (error) {
      failure ??= error;
    }
  print(reports, options);
  if (failure !== undefined) throw failure;
}

async function run(
  targets: readonly string[],
  options: ScanWords,
  expected: readonly string[],
  signal: AbortSignal,
): Promise<HostReport[]> {
  using progress = new ProgressLine();
  const scanOptions: ScanOptions = {
    targets,
    expected,
    signal,
    partial: true,
    confirmed: options.yes ?? false,
    onProgress: (state) => {
      if (state.phase === "end") sayLeftOut(state);
      else progress.show(state);
    },
    ...present({ interface: options.interface }),
    ...(options.rate === undefined ? {} : { rate: parseRate(options.rate) }),
  };
  const reports: HostReport[] = [];
  for await (const report of scan(scanOptions)) reports.push(report);
  return reports;
}

/** Reports ignored answers. Somebody who answers under very many names may want to hide others. */
function sayLeftOut({ leftOut }: ScanProgress): void {
  if (leftOut === 0) return;
  write(
    2,
    `${counted(leftOut, "further answer was", "further answers were")} left out: somebody claims very many addresses\n`,
  );
}

function parseRate(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  return numberOption("scan", "--rate", text, {
    least: LEAST_RATE,
    most: Number.MAX_SAFE_INTEGER,
    parts: true,
    else: "max for as fast as possible",
  });
}

function print(
  reports: readonly ComparedReport[],
  { json, compare = false, verbose = false }: ScanWords,
): void {
  if (!json) {
    write(1, formatHosts(reports, { compare, verbose, width: terminalWidth(1), colour: hasColour(1) }));
    write(2, formatVerdictCounts(reports));
    return;
  }
  const time = new Date().toISOString();
  for (const report of reports)
    writeJson({ time, ...report, ...(compare ? { published: publishedVerdicts(report.probes) } : {}) });
}
