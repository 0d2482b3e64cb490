import type { Context } from "./context.js";

const PER_LINE = 16;

/** Prints bytes as tcpdump's `-x` does, or with `hasText` as `-X` does, with the printable characters. */
export function printDump({ out, bytes }: Context, start: number, end: number, hasText: boolean): void {
  for (let line = start; line < end; line += PER_LINE) {
    out.text("\n\t0x");
    out.hex(line - start, 4);
    out.text(": ");
    const lineEnd = Math.min(line + PER_LINE, end);
    let width = 0;
    for (let at = line; at < lineEnd; at++) {
      if ((at - line) % 2 === 0) {
        out.byte(0x20);
        width++;
      }
      out.hex(bytes[at] as number, 2);
      width += 2;
    }
    if (!hasText) continue;
    for (; width < 42; width++) out.byte(0x20);
    for (let at = line; at < lineEnd; at++) {
      const byte = bytes[at] as number;
      out.byte(byte > 0x20 && byte < 0x7f ? byte : 0x2e);
    }
  }
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Prints bytes as tcpdump's `-A` does, from a new line on. Line feeds and tabs stay as they are, a carriage return at
 * the end of a line is left out, and every other byte that isn't printable ASCII becomes a dot. Without bytes, prints
 * nothing.
 */
export function printText({ out, bytes }: Context, start: number, end: number): void {
  if (start < end) out.byte(LINE_FEED);
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === CARRIAGE_RETURN) {
      if (at + 1 < end && bytes[at + 1] !== LINE_FEED) out.text(".");
    } else {
      const isText = (byte >= 0x20 && byte < 0x7f) || byte === TAB || byte === LINE_FEED;
      out.byte(isText ? byte : 0x2e);
    }
  }
}

/**
 * Prints the bytes after an unknown header as `-X` does. As in tcpdump, prints nothing with `-q`, or with `-x` or `-X`,
 * which print the bytes anyway. With `-A`, it prints them twice, as tcpdump does.
 */
export function printHexDump(context: Context, start: number, end: number): void {
  const { dump, quiet } = context.options;
  const isDumped = dump !== "none" && dump !== "text" && dump !== "text-link";
  if (!isDumped && !quiet) printDump(context, start, end, true);
}
