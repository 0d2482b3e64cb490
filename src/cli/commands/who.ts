import { addKernelLog } from "../../promiscuity/holders/kernel-log.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type { PromiscuityReport } from "../../promiscuity/holders/report.js";
import { printable } from "../format/text.js";
import { write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { describeHeld, describeUnseen } from "../who/describe-held.js";
import { selectHeld } from "../who/select-held.js";

/** Prints the holders of interfaces. */
export function who(names: readonly string[], { netns, json }: OptionsOf<"who">): void {
  const { capturing: _, ...report } = addKernelLog(selectHeld(readPromiscuity(), names, netns));
  if (json) writeJson(report);
  else print(report);
}

function print(report: Omit<PromiscuityReport, "capturing">): void {
  const lines = report.interfaces.flatMap((each) => describeHeld(each));
  const unseen = describeUnseen(report);
  if (lines.length === 0)
    write(2, `no interface is promiscuous${unseen.length > 0 ? ", as far as can be seen" : ""}\n`);
  else write(1, `${lines.map(printable).join("\n")}\n`);
  for (const line of unseen) write(2, `${printable(line)}\n`);
}
