import { constants, openSync, type Stats, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { ENXIO } from "../../../linux/ffi/errno.js";
import { FileDescriptor } from "../../../linux/ffi/file-descriptor.js";
import { type FileOwner, refusePlanted } from "./planted.js";

/** How often to check for a reader. */
const INTERVAL_MS = 10;

/** Options of {@link awaitReader}. */
export interface AwaitReaderOptions {
  /** The user that the pipe's contents are for, who may have put the pipe there. */
  readonly owner?: FileOwner | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

const awaitReaderOptions: OptionKinds<AwaitReaderOptions> = { owner: "any?", signal: "signal?" };

/**
 * Waits until a named pipe that is to be written to has a reader. open(2) would wait as well, but it would block the
 * whole program, signals included.
 * @param options see {@link AwaitReaderOptions}
 * @returns a descriptor that keeps the pipe open, to be disposed of once the pipe has been opened for writing;
 *   undefined if the path isn't a named pipe, or if the signal aborted
 * @throws PromiscError `privilege` if another user created the pipe
 */
export async function awaitReader(
  path: string,
  options: AwaitReaderOptions = {},
): Promise<Disposable | undefined> {
  checkOptions("awaitReader", options, awaitReaderOptions);
  const { owner, signal } = options;
  const pipe = pipeAt(path);
  if (!pipe) return undefined;
  if (process.geteuid?.() === 0) refusePlanted(path, pipe, owner);
  while (!signal?.aborted) {
    try {
      return FileDescriptor.adopt(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      // Opening the file for writing reports every other error.
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
    // The file doesn't exist yet, or opening it for writing reports the error.
    return undefined;
  }
}
