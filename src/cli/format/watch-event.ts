import { counted } from "../../counted.js";
import type { HolderFinding, ListenerFinding } from "../../promiscuity/policy/findings.js";
import type {
  Attribution,
  ChangeEvent,
  ListenerEvent,
  ReportedEvent,
} from "../../promiscuity/watch/event.js";
import { describeExpired } from "./finding.js";
import { describeHolder, processInWords } from "./holder.js";
import { describeListener, describeNotLookedAt, filterInWords, filterOfListener } from "./listener.js";
import { nameNamespace, whichNamespace } from "./namespace.js";

/**
 * Formats an event on one line: the time, the interface, the change, the holders, how promisc knows, and the findings.
 */
export function formatWatchEvent(
  event: ReportedEvent,
  findings: readonly (HolderFinding | ListenerFinding)[] = [],
): string {
  const where = event.netns.own ? "" : ` in ${nameNamespace(event.netns)}`;
  switch (event.event) {
    case "lost":
      if (event.source === "trace") return `${event.time} traced calls were lost: some may not be named`;
      return `${event.time} events were lost${where}: everything there was read again`;
    case "incomplete":
      return `${event.time} network namespace ${whichNamespace(event.netns)} can't be read completely: ${event.reason}: changes there may be missed`;
    case "complete":
      return `${event.time} network namespace ${whichNamespace(event.netns)} can be read completely again`;
    case "unwatched":
      if (event.namespaces === 0) return `${event.time} all network namespaces are watched again`;
      return `${event.time} network namespaces that are not watched: ${event.namespaces}: ${event.reason}`;
    case "renamed":
      return `${event.time} ${event.from}${where}: is now called ${event.ifname}`;
    case "listener-came":
      return `${placeOf(event)}: ${[`+ listens: ${describeSelection(event)}`, ...findings.map(describeMark)].join("; ")}`;
    case "listener-went":
      return `${placeOf(event)}: - listens: ${describeSelection(event)}`;
    case "listener-changed":
      return `${placeOf(event)}: ${[`~ listens: ${describeSelection(event)}`, ...describeBefore(event), ...findings.map(describeMark)].join("; ")}`;
    case "listeners-unreported":
      return `${event.time} ${counted(event.listeners, "change")} of listeners not reported one by one: there were too many in network namespaces that any user can create`;
    case "not-looked-at":
      return `${event.time} not looked at: ${describeNotLookedAt(event.notLookedAt)}`;
    case "change":
      return `${event.time} ${event.ifname}${where}: ${[describeChange(event), ...findings.map(describeMark)].join("; ")}`;
  }
}

function describeChange(event: ChangeEvent): string {
  const { before, after, reason, came, went, netns } = event;
  return [
    `count ${before.promiscuity} -> ${after.promiscuity}`,
    ...(before.allmulti === after.allmulti
      ? []
      : [`all-multicast count ${before.allmulti} -> ${after.allmulti}`]),
    ...(reason ? [reason] : []),
    ...came.map((attribution) => `+ ${attribute(attribution, netns.inode)}`),
    ...went.map((attribution) => `- ${attribute(attribution, netns.inode)}`),
  ].join("; ");
}

/** Returns the time and the place of a listener. */
function placeOf({ time, ifname, listener: { netns } }: ListenerEvent): string {
  const where = !netns
    ? " in a network namespace that isn't known"
    : netns.own
      ? ""
      : ` in ${nameNamespace(netns)}`;
  return `${time} ${ifname ?? "any interface"}${where}`;
}

function describeSelection({ listener, evidence }: ListenerEvent): string {
  const filter = filterOfListener(listener);
  return `${[describeListener(listener), ...(filter ? [filterInWords(filter)] : [])].join("; ")} [${evidence}]`;
}

/** Describes in which respects a listener was different before. */
function describeBefore({ listener, before }: ListenerEvent): string[] {
  if (!before) return [];
  const filters = [listener, before].map(filterOfListener).map((filter) => filter && filterInWords(filter));
  return [
    ...(before.ifname === listener.ifname ? [] : [`before on ${before.ifname ?? "any interface"}`]),
    ...(filters[1] === undefined || filters[0] === filters[1] ? [] : [`before with ${filters[1]}`]),
  ];
}

function attribute({ holder, evidence, actor }: Attribution, netns: number): string {
  if (!holder) return "somebody who was gone before being named [gone]";
  const by = actor ? `, by ${processInWords(actor)}` : "";
  return `${describeHolder(holder, netns)}${by} [${evidence}]`;
}

function describeMark({ kind, rule }: HolderFinding | ListenerFinding): string {
  return `FINDING: ${kind}${rule ? ` ${describeExpired(rule)}` : ""}`;
}
