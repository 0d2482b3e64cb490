import type { NamespaceFacts } from "../../promiscuity/holders/namespace-facts.js";
import type { IncompleteSight } from "../../promiscuity/holders/report.js";
import { processInWords } from "./holder.js";

/** Returns a namespace's name if it has one, and otherwise what /proc/PID/ns shows. */
export function nameNamespace({ names, inode }: NamespaceFacts): string {
  return names[0] ?? `net:[${inode}]`;
}

/** Returns the same for places where the own namespace has to be named too. */
export function whichNamespace(netns: NamespaceFacts): string {
  return netns.own ? "own" : nameNamespace(netns);
}

/** Describes on one line what couldn't be read completely, and why. */
export function describeSight({ netns, reason, process }: IncompleteSight): string {
  const where = netns ? `network namespace ${whichNamespace(netns)} couldn't be read completely: ` : "";
  return `${where}${reason}${process ? `; ${processInWords(process)} runs there` : ""}`;
}
