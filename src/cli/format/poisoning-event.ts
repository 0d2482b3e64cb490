import { counted } from "../../counted.js";
import type { HeardEvent } from "../../detect/poisoning/event.js";

/** Reports whether somebody should look into an event. A notice may be intended. */
export function isSuspicious(event: HeardEvent): boolean {
  return event.event === "finding" && event.severity !== "notice";
}

/** Formats an event on one line: the time, the interface, and what it may mean. */
export function formatPoisoningEvent(event: HeardEvent): string {
  return `${event.time} ${event.ifname}: ${describe(event)}`;
}

function describe(event: HeardEvent): string {
  switch (event.event) {
    case "lost":
      return `frames came faster than they were read: ${event.frames} lost, and what they claimed isn't known`;
    case "down":
      return "the interface went down: nothing is heard until it is up again";
    case "finding": {
      const { severity, kind, evidence, repeated } = event;
      const again = repeated > 0 ? ` (${counted(repeated, "more time")} since the last report)` : "";
      return `${severity}: ${kind}: ${evidence}${again}`;
    }
  }
}
