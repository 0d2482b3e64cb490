import type { HeardEvent, PoisoningFinding } from "../../../detect/poisoning/event.js";
import { present } from "../../../present.js";
import { formatPoisoningEvent, isSuspicious } from "../poisoning-event.js";
import { envelope, observer } from "./ecs-envelope.js";

/** Converts an event of listening for poisoning to a document of the Elastic Common Schema. */
export function poisoningToEcs(event: HeardEvent): object {
  return {
    ...envelope(event.time, formatPoisoningEvent(event)),
    event: {
      kind: isSuspicious(event) ? "alert" : "event",
      module: "promisc",
      dataset: "promisc.scan-watch",
      category: isSuspicious(event) ? ["intrusion_detection", "network"] : ["network"],
      type: ["info"],
      action: event.event === "finding" ? `poisoning-${event.kind}` : `listening-${event.event}`,
    },
    observer: observer({ name: event.ifname }),
    ...(event.event === "finding" ? { source: sourceOf(event) } : {}),
    promisc: event,
  };
}

/**
 * Returns the sender of the frame and the address that it claims. The hardware address that it claims is under
 * "promisc".
 */
function sourceOf({ source, address }: PoisoningFinding): object {
  return { mac: ecsMac(source), ...present({ ip: address }) };
}

/** Formats a hardware address as the schema requires (RFC 7042): `02-00-5E-10-00-00`. */
function ecsMac(mac: string): string {
  return mac.toUpperCase().replaceAll(":", "-");
}
