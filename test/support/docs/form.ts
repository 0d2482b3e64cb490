/** How two outputs are compared. */
export interface Comparison {
  /** Whether single digits may differ too; longer numbers always may. */
  readonly anyDigit?: boolean;
  /** What is compared of each line instead of the whole; undefined leaves the line out. */
  readonly ofLine?: (line: string) => string | undefined;
}

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // A terminal shows Ctrl-C before what the program prints of it.
  [/^\^C/gm, ""],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  [/\b\d\d:\d\d:\d\d\.\d+/g, "TIME"],
  [/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "MAC"],
  [/(?<![\w:])(?=[0-9a-f:]*::|([0-9a-f]+:){7})[0-9a-f:]+(?![\w:])/g, "IPV6"],
  [/\b\d+\.\d+\.\d+\.\d+\b/g, "IPV4"],
  [/\bv?\d+\.\d+\.\d+\S*/g, "VERSION"],
  [/net:\[\d+\]/g, "NAMESPACE"],
  [/\bpid \d+, [^\s,)]+/g, "pid N, USER"],
  [/\[\d+\]/g, "[N]"],
  // Indexes of interfaces: an end of a veth is called by that of the other one.
  [/^\d+: /gm, "INDEX: "],
  [/@?\bif\d+\b/g, ""],
  [/(?<![A-Za-z\d])\d[\d,.]*\d/g, "N"],
  // Columns are as wide as what stands in them.
  [/(?<=\S) {2,}/g, "  "],
  [/^ {5,}/gm, "    "],
  [/[ ]+$/gm, ""],
];

/** An output without what differs between machines, and from one time to the next. */
function normalise(
  lines: readonly string[],
  { anyDigit = false, ofLine = (line) => line }: Comparison,
): string {
  let text = lines
    .map(ofLine)
    .filter((line) => line !== undefined)
    .map((line) => `${line}\n`)
    .join("");
  for (const [pattern, replacement] of REPLACEMENTS) text = text.replace(pattern, replacement);
  return anyDigit ? text.replace(/(?<![A-Za-z\d])\d(?!\d)/g, "N") : text;
}

/**
 * Reports whether an output has the form of one in the documentation, where `…` stands for any text, and on a line of its
 * own for any lines.
 * @returns both without what may differ, if they differ beyond that; otherwise undefined
 */
export function difference(
  shown: readonly string[],
  actual: readonly string[],
  comparison: Comparison = {},
): { readonly shown: string; readonly actual: string } | undefined {
  const [wanted, found] = [normalise(shown, comparison), normalise(actual, comparison)];
  const lines = wanted
    .split(/(?<=\n)/)
    .map((line) =>
      line.trim() === "…" ? "(?:[^\\n]*\\n)*?" : line.split("…").map(escapeRegExp).join("[^\\n]*"),
    );
  return new RegExp(`^${lines.join("")}$`).test(found) ? undefined : { shown: wanted, actual: found };
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
