import type { Spread } from "./paired.js";

/** The value of a ratio for which the claim holds. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number };

/** Prints a claim. The figures follow it. */
export function claim(text: string): void {
  console.log(`\n${text}`);
}

/** Prints figures in columns: names on the left, values on the right. */
export function figures(lines: readonly (readonly [name: string, ...values: string[]])[]): void {
  const widths: number[] = [];
  for (const line of lines)
    line.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  for (const [name, ...values] of lines) {
    const aligned = values.map((value, at) => value.padStart(widths[at + 1] ?? 0));
    console.log(`  ${[name.padEnd(widths[0] ?? 0), ...aligned].join("   ")}`);
  }
}

/** Prints a ratio of paired measurements with its spread, and whether its median reaches the aim. */
export function ratio(name: string, { median, quartiles, range, count }: Spread, aim?: Aim): void {
  console.log(`  ${name}: ${number(median)}${aim ? `   ${verdict(median, aim)}` : ""}`);
  console.log(
    `    over ${count} paired rounds: half of them ${quartiles.map(number).join("..")}, all ${range.map(number).join("..")}`,
  );
}

/** Prints a single value, and whether it reaches the aim. */
export function result(name: string, value: number, unit: string, aim?: Aim): void {
  console.log(`  ${name}: ${number(value)} ${unit}${aim ? `   ${verdict(value, aim)}` : ""}`);
}

function verdict(value: number, aim: Aim): string {
  if ("atMost" in aim)
    return `aim: at most ${aim.atMost}${value <= aim.atMost ? ", reached" : ", NOT reached"}`;
  return `aim: at least ${aim.atLeast}${value >= aim.atLeast ? ", reached" : ", NOT reached"}`;
}

/** Formats a number with three significant digits. */
function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3, minimumSignificantDigits: 3 });
}

// All times are given in milliseconds.

export function milliseconds(time: number): string {
  return `${number(time)} ms`;
}

export function microseconds(time: number): string {
  return `${number(time * 1000)} µs`;
}

export function perSecond(time: number): string {
  return `${number(1000 / time)} a second`;
}
