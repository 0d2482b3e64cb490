import { readFileSync } from "node:fs";

/** Returns a file's text, or undefined if it doesn't exist or can't be read. */
export function textOf(path: string, encoding: "latin1" | "utf8" = "latin1"): string | undefined {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined;
  }
}
