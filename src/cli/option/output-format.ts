import { usageError } from "../../errors.js";
import type { GlobalOptions } from "../program.js";

/**
 * Returns the format that `--format` and `--json`, which is short for `--format json`, request together. Defaults to
 * text.
 * @throws PromiscError `usage` if the command doesn't have the format, or if two formats are requested
 */
export function chooseFormat<Format extends string>(
  formats: readonly Format[],
  { format, json }: GlobalOptions & { readonly format?: string },
  command: string,
): Format | "text" | "json" {
  if (format === undefined) return json ? "json" : "text";
  const chosen = formats.find((each) => each === format);
  if (chosen !== undefined && !(json && chosen !== "json")) return chosen;
  throw usageError(
    command,
    chosen ? `--json and --format ${format} exclude each other` : `there is no format ${format}`,
    `formats: ${formats.join(", ")}`,
  );
}
