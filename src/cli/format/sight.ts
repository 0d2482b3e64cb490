import type { IncompleteSight } from "../../promiscuity/holders/report.js";
import { describeProcess } from "./holder.js";
import { whichNamespace } from "./namespace.js";

/** What couldn't be read whole, and why, on one line. */
export function describeSight({ netns, reason, process }: IncompleteSight): string {
  const where = netns ? `network namespace ${whichNamespace(netns)} couldn't be read whole: ` : "";
  return `${where}${reason}${process ? `; there runs ${describeProcess(process)}` : ""}`;
}
