import type { NamespaceFacts } from "../../promiscuity/holders/report.js";

/** A namespace's name if it has one, otherwise as /proc/PID/ns shows it. */
export function nameNamespace({ names, inode }: NamespaceFacts): string {
  return names[0] ?? `net:[${inode}]`;
}

/** The same, for where the own one has to be said too. */
export function whichNamespace(netns: NamespaceFacts): string {
  return netns.own ? "own" : nameNamespace(netns);
}
