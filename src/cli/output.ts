import { fstatSync, writeSync } from "node:fs";

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

/** Prints one JSON document, or one line of a stream of them. */
export function writeJson(value: object): void {
  write(1, `${JSON.stringify({ schema: 1, ...value })}\n`);
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
