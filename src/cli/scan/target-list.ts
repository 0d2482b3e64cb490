import { readFileSync } from "node:fs";
import { usageError } from "../../errors.js";

/**
 * Reads targets from a file, or from standard input for `-`. They are separated by spaces or newlines, and `#` begins a
 * comment, as in nmap -iL.
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
  throw usageError(`read targets from ${path}`, "it contains no targets");
}
