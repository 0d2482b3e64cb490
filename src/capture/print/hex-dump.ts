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

/**
 * Prints the bytes after an unknown header as `-X` does. As in tcpdump, prints nothing with `-q`, or with `-x` or `-X`,
 * which print the bytes anyway.
 */
export function printHexDump(context: Context, start: number, end: number): void {
  const { dump, quiet } = context.options;
  if (dump === "none" && !quiet) printDump(context, start, end, true);
}
