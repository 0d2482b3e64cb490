import { displayWidth, wrapText } from "./wrap.js";

/** At least this many columns must be left for the last column of a table, if it is wrapped below itself. */
const LEAST_FOR_WORDS = 20;

/**
 * Formats rows of cells as lines. Each column is as wide as its widest cell, with two spaces between columns. The last
 * column isn't padded.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  alignRight: readonly number[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] as number;
        const blanks = " ".repeat(width - displayWidth(cell));
        return alignRight.includes(column) ? blanks + cell : cell + blanks;
      })
      .join("  ")
      .trimEnd(),
  );
}

/**
 * Formats rows as {@link formatTable} does, and wraps the last column below itself if a row is wider than a terminal. If
 * little room is left for that column, the row is left as it is.
 */
export function formatWrappedTable(rows: readonly (readonly string[])[], width: number): string[] {
  return formatTable(rows).map((line, at) => {
    const words = rows[at]?.at(-1) ?? "";
    const column = displayWidth(line) - displayWidth(words);
    if (displayWidth(line) <= width || width - column < LEAST_FOR_WORDS) return line;
    const wrapped = wrapText(words, width - column, 0).replaceAll("\n", `\n${" ".repeat(column)}`);
    return line.slice(0, line.length - words.length) + wrapped;
  });
}
