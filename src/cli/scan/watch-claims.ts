import type { PoisoningEvent } from "../../detect/poisoning/event.js";
import { listenForPoisoning } from "../../detect/poisoning/listen.js";
import { present } from "../../present.js";
import { type EventForms, EventReport, type EventReportOptions } from "../event-report.js";
import { exitStatus } from "../exit-status.js";
import { poisoningToEcs } from "../format/export/poisoning-ecs.js";
import { poisoningToJournal } from "../format/export/poisoning-journal.js";
import { formatPoisoningEvent, isSuspicious } from "../format/poisoning-event.js";
import { isReaderGone } from "../output.js";
import type { OptionsOf } from "../program.js";

const forms: EventForms<PoisoningEvent> = {
  text: formatPoisoningEvent,
  json: (event) => event,
  ecs: poisoningToEcs,
  journal: poisoningToJournal,
  isFinding: isSuspicious,
};

/** Prints a line a finding until a signal ends it; the exit status is 1 if there was one that is more than a notice. */
export async function watchClaims(
  options: EventReportOptions & Pick<OptionsOf<"scan">, "interface">,
  signal: AbortSignal,
): Promise<void> {
  await using report = new EventReport(forms, options, "listen");
  const events = listenForPoisoning({
    signal,
    onReady: ({ ifname }) => report.begin(`listening on ${ifname}: ARP and neighbour discovery`),
    ...present({ interface: options.interface }),
  });
  let isClean = true;
  try {
    for await (const event of events) {
      if (isSuspicious(event)) isClean = false;
      report.tell(event);
    }
  } catch (error) {
    // If the interface is gone, that is what the status says.
    if (!isReaderGone(error)) throw error;
  }
  if (!isClean) process.exitCode = exitStatus.finding;
}
