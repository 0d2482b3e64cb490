import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { PromiscError, usageError } from "../../../errors.js";
import { errnoOf } from "../../../linux/ffi/errno.js";
import { FilePlace } from "../../../linux/file/file-place.js";
import { replaceFile } from "../../../linux/file/replace-file.js";
import { type Baseline, emptyBaseline, MOST_BYTES, parseBaseline } from "./baseline.js";

/**
 * Reads the baseline from a file. Returns an empty one if the file doesn't exist yet.
 * @throws PromiscError `usage` if the file can't be read or isn't a regular file; `malformed` if it isn't a baseline
 */
export function readBaseline(path: string): Baseline {
  const operation = `read baseline ${path}`;
  const text = readText(path, operation);
  return text === undefined ? emptyBaseline : parseBaseline(text, path);
}

/** Writes the baseline. At any time, the file contains either the old or the new one as a whole. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const text = JSON.stringify(baseline, undefined, 1);
  const ascii = text.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  replaceFile(path, `${ascii}\n`);
}

function readText(path: string, operation: string): string | undefined {
  const wrong = (reason: string): PromiscError =>
    usageError(operation, reason, "name a file that a scan may create and update");
  try {
    using place = FilePlace.find(path, operation);
    // Opening a FIFO that nobody writes to would block for ever.
    const fd = openSync(place.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) throw wrong("it isn't a regular file");
      if (found.size > MOST_BYTES) throw wrong(`it has more than ${MOST_BYTES} bytes`);
      return readFileSync(fd, "utf8");
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const errno = errnoOf(error);
    throw errno ? new PromiscError({ code: "usage", operation, errno, cause: error }) : error;
  }
}
