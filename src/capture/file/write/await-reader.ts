import { constants, openSync, type Stats, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ENXIO } from "../../../linux/ffi/errno.js";
import { FileDescriptor } from "../../../linux/ffi/file-descriptor.js";
import { type FileOwner, refusePlanted } from "./planted.js";

/** How often it is looked for. */
const INTERVAL_MS = 10;

/**
 * Waits until a named pipe that is to be written to has a reader. open(2) would wait too, but nothing else would happen
 * meanwhile, not even a signal be heard.
 * @param owner whom the pipe's contents are for
 * @returns what keeps the pipe open, to be disposed of when it is open otherwise; undefined if it is no named pipe, or if
 *   the signal aborted
 * @throws PromiscError `privilege` if somebody else put it there
 */
export async function awaitReader(
  path: string,
  owner: FileOwner | undefined,
  signal: AbortSignal,
): Promise<Disposable | undefined> {
  const pipe = pipeAt(path);
  if (!pipe) return undefined;
  if (process.geteuid?.() === 0) refusePlanted(path, pipe, owner);
  while (!signal.aborted) {
    try {
      return FileDescriptor.adopt(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      // What else is wrong is said when it is opened to be written to.
      if ((error as NodeJS.ErrnoException).errno !== -ENXIO) return undefined;
    }
    await setTimeout(INTERVAL_MS);
  }
  return undefined;
}

function pipeAt(path: string): Stats | undefined {
  try {
    const file = statSync(path);
    return file.isFIFO() ? file : undefined;
  } catch {
    // It is to be made; or what is wrong is said when it is opened.
    return undefined;
  }
}
