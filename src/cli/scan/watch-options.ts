import { usageError } from "../../errors.js";
import type { OptionsOf } from "../program.js";

/** What can be asked for with `--watch`. */
const ofListening = new Set(["watch", "interface", "format", "exec", "json", "debug"]);
/** … and with nothing else. */
const ofListeningAlone = ["format", "exec"];

/**
 * Sees to it that nothing is asked for which would be ignored.
 * @param options by the names that they have without dashes, those alone that were given
 * @throws PromiscError `usage` for what only a scan has, with `--watch`, or what only `--watch` has, without it
 */
export function checkWatchOptions(targets: readonly string[], options: OptionsOf<"scan">): void {
  const given = Object.keys(options);
  if (options.watch) {
    const wrong = given.filter((name) => !ofListening.has(name)).map(spelled);
    if (targets.length > 0) wrong.unshift(targets.length === 1 ? "the target" : "the targets");
    if (wrong.length > 0)
      throw usageError(
        "listen",
        `--watch scans nobody: leave out ${wrong.join(", ")}`,
        "it has -i, --format, --exec and --json",
      );
    return;
  }
  const wrong = given.filter((name) => ofListeningAlone.includes(name)).map(spelled);
  if (wrong.length > 0)
    throw usageError(
      "scan",
      `only --watch has ${wrong.join(" and ")}`,
      "a scan prints a table, or with --json a line of JSON a host",
    );
}

function spelled(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
