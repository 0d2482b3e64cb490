import { displayWidth } from "./wrap.js";

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
