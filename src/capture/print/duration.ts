import type { LineWriter } from "./line-writer.js";

const units = [
  [604_800, "w"],
  [86_400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** Prints seconds as "1w2d3h4m5s". */
export function printDuration(out: LineWriter, seconds: number): void {
  if (seconds === 0) return out.text("0s");
  let left = seconds;
  for (const [unit, letter] of units)
    if (left >= unit) {
      out.decimal(Math.floor(left / unit));
      out.text(letter);
      left %= unit;
    }
}
