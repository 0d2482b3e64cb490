import type { IncompleteSight, NamespaceFacts } from "../../promiscuity/holders/report.js";
import { processInWords } from "./holder.js";

/** A namespace's name if it has one, otherwise as /proc/PID/ns shows it. */
export function nameNamespace({ names, inode }: NamespaceFacts): string {
  return names[0] ?? `net:[${inode}]`;
}

/** The same, for where the own one has to be said too. */
export function whichNamespace(netns: NamespaceFacts): string {
  return netns.own ? "own" : nameNamespace(netns);
}

/** What couldn't be read whole, and why, on one line. */
export function describeSight({ netns, reason, process }: IncompleteSight): string {
  const where = netns ? `network namespace ${whichNamespace(netns)} couldn't be read whole: ` : "";
  return `${where}${reason}${process ? `; there runs ${processInWords(process)}` : ""}`;
}
