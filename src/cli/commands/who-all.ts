import { addKernelLog } from "../../promiscuity/holders/kernel-log.js";
import { readListeners } from "../../promiscuity/listeners/read.js";
import { writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { printAll } from "../who/print-listeners.js";
import { selectHeld } from "../who/select-held.js";

/**
 * Prints everything that gets copies of frames, with the holders of interfaces. This is a file of its own beside `who`,
 * which doesn't need most of it.
 */
export function whoAll(names: readonly string[], { netns, json }: OptionsOf<"who">): void {
  const report = addKernelLog(selectHeld(readListeners(), names, netns));
  if (json) writeJson(report);
  else printAll(report);
}
