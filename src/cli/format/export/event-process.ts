import type { ProcessDetails } from "../../../linux/process/process-details.js";
import type { ChangeEvent } from "../../../promiscuity/watch/event.js";

/**
 * Returns the process of a change, for formats that have room for one: the one that set or cleared the flag, or one
 * that has the socket open. Undefined if no process is known.
 */
export function processOfChange({ came, went }: ChangeEvent): ProcessDetails | undefined {
  const processes = [...came, ...went].flatMap(({ holder, actor }) => {
    if (actor) return [actor];
    return holder?.kind === "socket" ? holder.processes : [];
  });
  return processes[0];
}
