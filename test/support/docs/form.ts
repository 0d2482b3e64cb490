/** How two outputs are compared. */
export interface Comparison {
  /** Whether single digits may differ. Longer numbers always may. */
  readonly anyDigit?: boolean;
  /** Returns the part of a line to compare, or undefined to ignore the line. The default is the whole line. */
  readonly ofLine?: (line: string) => string | undefined;
}

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // Not every machine has the log, and not every user may read it.
  [/^ +the kernel's log.*$/gm, "the kernel's log"],
  // A terminal prints ^C for Ctrl-C, and promisc then begins a new line.
  [/^\^C\n?/gm, ""],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  [/\b\d\d:\d\d:\d\d\.\d+/g, "TIME"],
  [/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "MAC"],
  [/(?<![\w:])(?=[0-9a-f:]*::|([0-9a-f]+:){7})[0-9a-f:]+(?![\w:])/g, "IPV6"],
  [/\b\d+\.\d+\.\d+\.\d+\b/g, "IPV4"],
  [/\bv?\d+\.\d+\.\d+\S*/g, "VERSION"],
  [/net:\[\d+\]/g, "NAMESPACE"],
  [/\bpid \d+, user [^\s,)]+(, login [^\s,)]+)?(, parent [^\s,)]+)?/g, "pid N, USER"],
  [/\[\d+\]/g, "[N]"],
  // The index of an interface, and that of a veth's other end, which ip prints after the name.
  [/^\d+: /gm, "INDEX: "],
  [/@?\bif\d+\b/g, ""],
  [/(?<![A-Za-z\d])\d[\d,.]*\d/g, "N"],
  // The width of a column depends on its values.
  [/(?<=\S) {2,}/g, "  "],
  [/^ {5,}/gm, "    "],
  [/[ ]+$/gm, ""],
];

/** Replaces what differs between machines and between runs. */
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
 * Compares an output with the one in the documentation, where `…` stands for any text, and for any lines if it is alone on
 * a line.
 * @returns both without what may differ, or undefined if they have the same form
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
