import { readFileSync } from "node:fs";
import { type Baseline, emptyBaseline, parseBaseline } from "../../detect/baseline/baseline.js";
import { PromiscError } from "../../errors.js";
import { writeFileWhole } from "../output.js";

/** The baseline in a file; an empty one if there is no such file yet. */
export function readBaseline(path: string): Baseline {
  try {
    return parseBaseline(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof PromiscError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyBaseline;
    throw new PromiscError({
      code: "usage",
      operation: `read baseline ${path}`,
      reason: (error as Error).message,
    });
  }
}

/** Writes it so that there is always a whole one, whatever happens meanwhile. */
export function writeBaseline(path: string, baseline: Baseline): void {
  writeFileWhole(path, `${JSON.stringify(baseline, undefined, 1)}\n`);
}
