import { fstatSync, writeSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { toJson } from "../format/text.js";

/** File descriptors of standard output and standard error. */
export type Stream = 1 | 2;

/**
 * Writes everything to standard output or error before it returns. Node's own streams would cost more start-up time than
 * all else that promisc does. What can't be written to standard error is left out: there is nowhere to say so.
 * @throws PromiscError `kernel` if standard output can't be written to; see {@link isReaderGone}
 */
export function write(stream: Stream, text: string | Uint8Array): void {
  try {
    writeAll(stream, text);
  } catch (error) {
    if (stream === 1) throw outputFailure(error);
  }
}

/** Writes everything to a descriptor, however slowly its reader reads. @throws what node:fs does */
export function writeAll(fd: number, text: string | Uint8Array): void {
  let rest: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      // The reader is slower than we are, and made the pipe non-blocking.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

const OPERATION = "write to standard output";

/** The error when node:fs can't write to standard output. */
export function outputFailure(cause: unknown): PromiscError {
  const { code, errno, message } = cause as NodeJS.ErrnoException;
  const details = { code: "kernel", operation: OPERATION, cause } as const;
  // "ENOSPC: no space left on device, write". The C library's own text would cost every start what loading it takes.
  const [, text] = /^\w+: (.+), \w+$/.exec(message) ?? [];
  if (code === undefined || errno === undefined || text === undefined)
    return new PromiscError({ ...details, reason: message });
  const said = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return new PromiscError({ ...details, errno: { number: -errno, name: code, text: said } });
}

/** Whether the reader of standard output went away: it has seen enough, as in `promisc | head`, and that is no failure. */
export function isReaderGone(error: unknown): boolean {
  return error instanceof PromiscError && error.operation === OPERATION && error.errno?.name === "EPIPE";
}

/** One JSON document, or one line of a stream of them. */
export function jsonLine(value: object): string {
  return `${toJson({ schema: 1, ...value })}\n`;
}

export function writeJson(value: object): void {
  write(1, jsonLine(value));
}

export function isTerminal(stream: Stream): boolean {
  // Asked only of what might be a terminal, because asking loads Node's streams.
  if (!fstatSync(stream).isCharacterDevice()) return false;
  return (stream === 1 ? process.stdout : process.stderr).isTTY;
}

/** Whether to write colours: on a terminal, unless the user forbids it (no-color.org). */
export function hasColour(stream: Stream): boolean {
  return isTerminal(stream) && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}
