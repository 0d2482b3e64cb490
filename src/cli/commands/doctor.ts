import { type Diagnosis, diagnose } from "../../promiscuity/doctor.js";
import { formatTable } from "../format/table.js";
import { printable } from "../format/text.js";
import { write, writeJson } from "../output/write.js";
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
    ...wrap(`capabilities: ${capabilities.join(" ") || "none"}`),
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
  return `${lines.map(printable).join("\n")}\n`;
}

/** Wraps text at 80 columns. */
function wrap(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1] as string;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 80) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

/** Formats a table in which the remedy for a row is printed below it. */
function withRemedies(header: string[], rows: readonly [string[], string | undefined][]): string[] {
  const [first, ...lines] = formatTable([header, ...rows.map(([row]) => row)]);
  const withThem = lines.flatMap((line, at) => {
    const remedy = rows[at]?.[1];
    return remedy === undefined ? [line] : [line, `    remedy: ${remedy}`];
  });
  return [first ?? "", ...withThem];
}
