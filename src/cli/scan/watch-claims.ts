import type { HeardEvent } from "../../detect/poisoning/event.js";
import { listenForPoisoning } from "../../detect/poisoning/listen.js";
import { usageError } from "../../errors.js";
import { present } from "../../present.js";
import { poisoningToEcs } from "../format/export/poisoning-ecs.js";
import { poisoningToJournal } from "../format/export/poisoning-journal.js";
import { formatPoisoningEvent, isSuspicious } from "../format/poisoning-event.js";
import { type EventForms, EventReport, type EventReportOptions } from "../output/event/event-report.js";
import { exitStatus } from "../output/report-error.js";
import { isReaderGone } from "../output/write.js";
import type { OptionsOf } from "../program.js";

const forms: EventForms<HeardEvent> = {
  text: formatPoisoningEvent,
  json: (event) => event,
  ecs: poisoningToEcs,
  journal: poisoningToJournal,
  isFinding: isSuspicious,
};

/** Prints one line per event until a signal ends it. The exit status is 1 if an event was more than a notice. */
export async function watchClaims(
  options: EventReportOptions & Pick<OptionsOf<"scan">, "interface">,
  signal: AbortSignal,
): Promise<void> {
  await using report = new EventReport(forms, options, "listen");
  const events = listenForPoisoning({ signal, ...present({ interface: options.interface }) });
  let isClean = true;
  try {
    for await (const event of events) {
      if (event.event === "start") {
        report.begin(`listening on ${event.ifname}: ARP and neighbour discovery`);
        continue;
      }
      if (isSuspicious(event)) isClean = false;
      report.tell(event);
    }
  } catch (error) {
    // If the interface is gone, the exit status says that.
    if (!isReaderGone(error)) throw error;
  }
  if (!isClean) process.exitCode = exitStatus.finding;
}

/** The options that may be used with `--watch`. */
const ofListening = new Set(["watch", "interface", "format", "exec", "json", "debug"]);
/** The options that may only be used with `--watch`. */
const ofListeningAlone = ["format", "exec"];

/**
 * Rejects options that would have no effect.
 * @param options only the options that were given, by their names without dashes
 * @throws PromiscError `usage` for an option of a scan together with `--watch`, or an option of `--watch` without it
 */
export function checkWatchOptions(targets: readonly string[], options: OptionsOf<"scan">): void {
  const given = Object.keys(options);
  if (options.watch) {
    const wrong = given.filter((name) => !ofListening.has(name)).map(spelled);
    if (targets.length > 0) wrong.unshift(targets.length === 1 ? "the target" : "the targets");
    if (wrong.length > 0)
      throw usageError(
        "listen",
        `--watch doesn't scan: leave out ${wrong.join(", ")}`,
        "--watch accepts -i, --format, --exec and --json",
      );
    return;
  }
  const wrong = given.filter((name) => ofListeningAlone.includes(name)).map(spelled);
  if (wrong.length > 0)
    throw usageError(
      "scan",
      `only --watch accepts ${wrong.join(" and ")}`,
      "a scan prints a table, or one line of JSON per host with --json",
    );
}

function spelled(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
