import { readFileSync } from "node:fs";
import { usageError } from "../../errors.js";

/**
 * Targets from a file, or with `-` from standard input: separated by blanks or lines, and from `#` to the line's end a
 * comment, as nmap -iL reads them.
 */
export function readTargetList(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw usageError(`read targets from ${path}`, (error as Error).message);
  }
  const targets = text
    .split("\n")
    .map((line) => line.replace(/#.*/, ""))
    .join(" ")
    .split(/\s+/)
    .filter((word) => word !== "");
  if (targets.length > 0) return targets;
  throw usageError(`read targets from ${path}`, "it names none");
}
