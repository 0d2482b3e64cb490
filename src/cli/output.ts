import { fstatSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { PromiscError } from "../errors.js";

/** File descriptors of standard output and standard error. */
export type Stream = 1 | 2;

/**
 * Writes everything to standard output or error before it returns. Node's own streams would cost more start-up time than
 * all else that promisc does.
 */
export function write(stream: Stream, text: string | Uint8Array): void {
  let rest: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader is slower than we are, and made the pipe non-blocking.
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      // The reader has seen enough, as in `promisc | head`.
      else if (code === "EPIPE") process.exit();
      else throw error;
    }
  }
}

/** One JSON document, or one line of a stream of them. */
export function jsonLine(value: object): string {
  return `${JSON.stringify({ schema: 1, ...value })}\n`;
}

export function writeJson(value: object): void {
  write(1, jsonLine(value));
}

/**
 * Writes a file so that whoever reads it meanwhile finds the old one or the new one, and so does a machine that loses
 * power: beside it, to the disk, and then over it.
 * @throws PromiscError `kernel` if it can't be written; the old one is as it was then
 */
export function writeFileWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text, { flag: "wx", flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new PromiscError({
      code: "kernel",
      operation: `write ${path}`,
      reason: (error as Error).message,
      hint: "name a file in a directory that this user may write to",
    });
  }
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
