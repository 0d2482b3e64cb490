import { readFileSync } from "node:fs";

/** A file's text, or undefined if it isn't there or can't be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
