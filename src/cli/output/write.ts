import { fstatSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { writeAll } from "../../linux/file/write-all.js";
import { jsonValue } from "../format/json.js";
import { toJson } from "../format/text.js";
import { wrapText } from "../format/wrap.js";

/** The file descriptors of standard output and standard error. */
export type Stream = 1 | 2;

/** Lines on the terminal that are drawn again later. Other text must not be written below them. */
let drawn: { erase(): void; readonly isDrawn: boolean } | undefined;

/** Erases the given lines before text for people is written to a terminal. */
export function eraseBeforeWriting(lines: { erase(): void; readonly isDrawn: boolean }): void {
  drawn = lines;
}

/**
 * Writes text for people, as {@link writeExactly} does. On a terminal, lines that are wider than it are wrapped.
 * Everywhere else, the text is written unchanged, because programs may read it.
 */
export function write(stream: Stream, text: string): void {
  if (drawn && isTerminal(stream)) drawn.erase();
  writeExactly(stream, wrapText(text, terminalWidth(stream)));
}

/**
 * Begins a new line on a terminal, where Ctrl-C has left `^C`. Lines that are drawn again later are erased together with
 * it.
 */
export function endInterruptedLine(): void {
  if (!drawn?.isDrawn && isTerminal(2)) writeExactly(2, "\n");
}

/**
 * Writes everything to standard output or standard error before it returns. Node.js's own streams would take more
 * start-up time than everything else in promisc. If standard error can't be written to, the text is dropped, because
 * there is nowhere to report that.
 * @throws PromiscError `kernel` if standard output can't be written to; see {@link isReaderGone}
 */
export function writeExactly(stream: Stream, text: string | Uint8Array): void {
  try {
    writeAll(stream, text);
  } catch (error) {
    if (stream === 1) throw outputFailure(error);
  }
}

const OPERATION = "write to standard output";

/** Returns the error for a failure of node:fs to write to standard output. */
export function outputFailure(cause: unknown): PromiscError {
  const { code, errno, message } = cause as NodeJS.ErrnoException;
  const details = { code: "kernel", operation: OPERATION, cause } as const;
  // For example "ENOSPC: no space left on device, write". Loading the C library for its own text would slow down every
  // start.
  const [, text] = /^\w+: (.+), \w+$/.exec(message) ?? [];
  if (code === undefined || errno === undefined || text === undefined)
    return new PromiscError({ ...details, reason: message });
  const said = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return new PromiscError({ ...details, errno: { number: -errno, name: code, text: said } });
}

/**
 * Reports whether the reader of standard output has gone away because it has seen enough, as in `promisc | head`. That
 * is no failure.
 */
export function isReaderGone(error: unknown): boolean {
  return error instanceof PromiscError && error.operation === OPERATION && error.errno?.name === "EPIPE";
}

/** Formats one of the library's values as a JSON document, or as one line of a stream of them. */
export function jsonLine(value: object): string {
  return plainJsonLine(jsonValue(value) as object);
}

/** Formats a value that has the names of JSON output already. */
export function plainJsonLine(value: object): string {
  return `${toJson({ schema: 1, ...value })}\n`;
}

export function writeJson(value: object): void {
  writeExactly(1, jsonLine(value));
}

export function isTerminal(stream: Stream): boolean {
  // Check this first, because isatty loads Node.js's streams.
  if (!fstatSync(stream).isCharacterDevice()) return false;
  return (stream === 1 ? process.stdout : process.stderr).isTTY;
}

/** The width of a terminal that doesn't report one, such as a serial line, and of what isn't printed on a terminal. */
const USUAL_WIDTH = 80;

/** Returns how many columns the terminal has now, or Infinity if the stream isn't a terminal. */
export function terminalWidth(stream: Stream): number {
  if (!isTerminal(stream)) return Number.POSITIVE_INFINITY;
  return (stream === 1 ? process.stdout : process.stderr).columns || USUAL_WIDTH;
}

/** Returns how many columns help and tables occupy: those of the terminal, or 80 if the stream isn't a terminal. */
export function layoutWidth(stream: Stream): number {
  const width = terminalWidth(stream);
  return width === Number.POSITIVE_INFINITY ? USUAL_WIDTH : width;
}

/** Reports whether lines on a terminal can be replaced by other ones. */
export function canMoveCursor(stream: Stream): boolean {
  return isTerminal(stream) && !isDumb();
}

/** The height of a terminal that doesn't report one. */
const USUAL_HEIGHT = 24;

/** Returns how many lines the terminal shows now. */
export function terminalHeight(stream: Stream): number {
  return (stream === 1 ? process.stdout : process.stderr).rows || USUAL_HEIGHT;
}

function isDumb(): boolean {
  return ["", "dumb", undefined].includes(process.env["TERM"]);
}

/** Reports whether to use colours: on a terminal, unless the user forbids it (no-color.org). */
export function hasColour(stream: Stream): boolean {
  return isTerminal(stream) && !process.env["NO_COLOR"] && !isDumb();
}
