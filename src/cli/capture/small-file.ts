import { closeSync, openSync, readSync } from "node:fs";
import { usageError } from "../../errors.js";

/** The largest file that is read, in bytes. An expression or a list of files that somebody wrote is smaller. */
const MOST = 1 << 20;

/**
 * Reads a text file that the command line names, but no more than a megabyte, because /dev/zero has no end.
 * @param path "-" is standard input
 * @param what what the file is to contain, for the error
 * @throws PromiscError `usage` if the file can't be read or is larger
 */
export function readSmallFile(path: string, what: string): string {
  const operation = `read ${what} from ${path}`;
  const bytes = Buffer.alloc(MOST + 1);
  let length = 0;
  try {
    const fd = path === "-" ? 0 : openSync(path, "r");
    try {
      for (let count = 1; count > 0 && length <= MOST; length += count)
        count = readSync(fd, bytes, length, bytes.length - length, null);
    } finally {
      if (fd !== 0) closeSync(fd);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(
      operation,
      `${message.replace(/^\w+: |,.*$/gs, "")} (${code})`,
      `name a file with ${what}`,
    );
  }
  if (length <= MOST) return bytes.toString("utf8", 0, length);
  throw usageError(operation, `it has more than ${MOST} bytes`, `name a file with ${what}`);
}
