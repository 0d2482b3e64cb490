import { addKernelLog } from "../../promiscuity/holders/kernel-log.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type { PromiscuityReport } from "../../promiscuity/holders/report.js";
import { selectInterfaces, selectNamespace } from "../../promiscuity/holders/select.js";
import { printable } from "../format/text.js";
import { write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { describeHeld, describeUnseen } from "../who/describe-held.js";

/** Prints the holders of interfaces, and with `all` everything that gets copies of frames. */
export async function who(
  names: readonly string[],
  { netns, all = false, json }: OptionsOf<"who">,
): Promise<void> {
  if (all) {
    const { readListeners } = await import("../../promiscuity/listeners/read.js");
    const report = addKernelLog(select(readListeners(), names, netns));
    const { printAll } = await import("../who/print-listeners.js");
    if (json) writeJson(report);
    else printAll(report);
    return;
  }
  const { capturing: _, ...report } = addKernelLog(select(readPromiscuity(), names, netns));
  if (json) writeJson(report);
  else print(report);
}

/** Selects the named interfaces in any state, or if none are named, those that something holds. */
function select(report: PromiscuityReport, names: readonly string[], netns?: string): PromiscuityReport {
  const inNamespace = netns === undefined ? report : selectNamespace(report, netns);
  if (names.length > 0) return selectInterfaces(inNamespace, names);
  return {
    ...inNamespace,
    interfaces: inNamespace.interfaces.filter(({ promiscuity, allmulti }) => promiscuity > 0 || allmulti),
  };
}

function print(report: Omit<PromiscuityReport, "capturing">): void {
  const lines = report.interfaces.flatMap((each) => describeHeld(each));
  const unseen = describeUnseen(report);
  if (lines.length === 0)
    write(2, `no interface is promiscuous${unseen.length > 0 ? ", as far as can be seen" : ""}\n`);
  else write(1, `${lines.map(printable).join("\n")}\n`);
  for (const line of unseen) write(2, `${printable(line)}\n`);
}
