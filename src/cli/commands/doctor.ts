import { type Diagnosis, diagnose } from "../../promiscuity/doctor.js";
import { formatWrappedTable } from "../format/table.js";
import { printableLines } from "../format/text.js";
import { wrapText } from "../format/wrap.js";
import { layoutWidth, terminalWidth, write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { promiscVersion } from "../version.js";

export function doctor({ json }: OptionsOf<"doctor">): void {
  const diagnosis = diagnose();
  if (json) writeJson({ promisc: promiscVersion, ...diagnosis });
  else write(1, formatDiagnosis(diagnosis));
}

function formatDiagnosis({
  kernel,
  machine,
  node,
  uid,
  capabilities,
  commands,
  facilities,
}: Diagnosis): string {
  const lines = [
    `promisc ${promiscVersion} on Linux ${kernel} ${machine}, Node.js ${node}, uid ${uid}`,
    wrapText(`capabilities: ${capabilities.join(" ") || "none"}`, layoutWidth(1)),
    "",
    ...withRemedies(
      ["COMMAND", "ALLOWED", "NEEDS"],
      commands.map(({ command, allowed, needs, facilities: wanted, remedy }) => [
        [command, allowed ? "yes" : "no", needs ?? wanted?.join(", ") ?? "no privilege"],
        remedy,
      ]),
    ),
    "",
    ...withRemedies(
      ["FACILITY", "AVAILABLE", "EVIDENCE"],
      facilities.map(({ name, available, detail, remedy }) => [
        [name, available === undefined ? "?" : available ? "yes" : "no", detail],
        remedy,
      ]),
    ),
  ];
  return `${lines.map(printableLines).join("\n")}\n`;
}

/** Formats a table in which the remedy for a row is printed below it. */
function withRemedies(header: string[], rows: readonly [string[], string | undefined][]): string[] {
  const [first, ...lines] = formatWrappedTable([header, ...rows.map(([row]) => row)], terminalWidth(1));
  const withThem = lines.flatMap((line, at) => {
    const remedy = rows[at]?.[1];
    return remedy === undefined ? [line] : [line, `    remedy: ${remedy}`];
  });
  return [first ?? "", ...withThem];
}
